package dev.sluice.picker.routing;

import dev.sluice.picker.admission.AdmissionPermit;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.PoolBinding;
import dev.sluice.picker.catalog.Resolution;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prompt.PromptTokens;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.request.Objectives;
import dev.sluice.picker.routing.target.Destinations.Destination;
import dev.sluice.picker.routing.target.TargetChoice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The stage of a request between parsed and placed. It holds what the steps before found, so that a step can only be
/// taken after the steps that it needs; with a [Routing] the steps end or pause.
///
/// ```
/// NotRouted ─► ModelResolved ─► PromptTokenized ─► PoolAssigned ─► Admitted ─► Placed
///                   └► Tokenizing ─┘                   └► Queued ─┬► PermitGranted ─► Admitted
///                                                                 │       └► Unassigned
///                                                                 └► Unassigned ─► Admitted, or Queued again
/// ```
/// Each of these steps may find that the request is refused instead.
sealed interface RequestStage permits RequestStage.Intermediate, Routing {
    /// A stage that a step leads on from.
    sealed interface Intermediate extends RequestStage
            permits NotRouted, ModelResolved, PromptTokenized, PoolAssigned, Permitted, Unassigned {}

    /// The request has been parsed, and nothing more.
    record NotRouted() implements Intermediate {}

    /// Its model's name has been looked up.
    ///
    /// @param catalog by which it was; another resolves it anew
    /// @param resolution null for work whose model is not read, which stays in its route's pool
    record ModelResolved(Catalog catalog, @Nullable Resolution resolution) implements Intermediate {}

    /// Its prompt has become tokens, or need not.
    ///
    /// @param tokens null where the prompt is placed by its bytes
    record PromptTokenized(ModelResolved model, @Nullable PromptTokens tokens) implements Intermediate {}

    /// A target and a pool have been chosen for it.
    ///
    /// @param choice null for work whose model is not read
    record PoolAssigned(PromptTokenized prompt, @Nullable TargetChoice choice, Destination to) implements Intermediate {
        PoolSnapshot pool() {
            return to.pool();
        }

        @Nullable
        Target target() {
            return choice == null ? null : choice.target();
        }

        /// The name that the client sent.
        @Nullable
        ModelName requested() {
            Target target = target();
            return target == null ? null : target.requested();
        }

        Catalog catalog() {
            return prompt.model().catalog();
        }

        /// A published model stands behind the target.
        boolean isPublished() {
            Resolution resolution = prompt.model().resolution();
            return resolution instanceof Resolution.Resolved || resolution instanceof Resolution.Movable;
        }

        /// The pools that may serve the request; empty where there is no choice.
        List<PoolBinding> bindings() {
            return prompt.model().resolution() instanceof Resolution.Movable movable ? movable.bindings() : List.of();
        }

        /// The latencies that the request should see.
        Objectives objectives(InferenceRequest request) {
            return catalog().objectives(pool().id(), request.attributes().objectives(), requested());
        }
    }

    /// A stage of a request that holds a permit.
    sealed interface Permitted extends Intermediate {
        AdmissionPermit permit();
    }

    /// It has left its queue with a permit. Models and pools may have changed while it waited.
    ///
    /// @param waited what was chosen before the wait
    /// @param sinceNanos when it began to wait
    record PermitGranted(PoolAssigned waited, AdmissionPermit permit, long sinceNanos) implements Permitted {}

    /// It may run now.
    record Admitted(PoolAssigned assigned, AdmissionPermit permit) implements Permitted {}

    /// It has left its queue without a permit and needs a pool anew: another pool that serves it has capacity, or its
    /// own is gone or serves it no more.
    ///
    /// @param waited what was chosen before the wait
    /// @param sinceNanos when it began to wait
    record Unassigned(PoolAssigned waited, long sinceNanos) implements Intermediate {}
}
