package dev.sluice.picker.routing.placement;

import dev.sluice.picker.decision.Decision;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.prompt.Work;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.request.Objectives;
import dev.sluice.picker.routing.target.TargetChoice;
import dev.sluice.picker.scheduling.Pick;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The facts that were decided about a request when it was placed; they do not change until its end.
///
/// @param choice null for work whose model is not read
/// @param objectives the latencies that the request should see
record PlacementFacts(
        InferenceRequest request,
        @Nullable TargetChoice choice,
        Pick.Picked picked,
        Objectives objectives,
        ExpectedWork expected) {
    @Nullable
    Target target() {
        return choice == null ? null : choice.target();
    }

    /// The picked endpoint, then its fallbacks.
    List<Endpoint> endpoints() {
        return picked.endpoints();
    }

    Decision decision() {
        return picked.decision();
    }

    boolean isStreamed() {
        return request.work() instanceof Work.Prompted work && work.stream();
    }
}
