package dev.sluice.picker.routing;

import dev.sluice.picker.catalog.PoolBinding;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.Resolution;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.routing.RequestStage.ModelResolved;
import dev.sluice.picker.routing.RequestStage.PoolAssigned;
import dev.sluice.picker.routing.RequestStage.PromptTokenized;
import dev.sluice.picker.routing.target.Destinations;
import dev.sluice.picker.routing.target.Destinations.Destination;
import dev.sluice.picker.routing.target.Destinations.PoolCapacity;
import dev.sluice.picker.routing.target.TargetChoice;
import dev.sluice.picker.routing.target.TargetSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Assigns a target and a pool to a request, or refuses it where no pool publishes its model.
final class Assignment {
    private final Pools pools;
    private final Destinations destinations;
    private final TargetSelector selector;
    private final AdmissionRequests admission;

    Assignment(Pools pools, Destinations destinations, TargetSelector selector, AdmissionRequests admission) {
        this.pools = pools;
        this.destinations = destinations;
        this.selector = selector;
        this.admission = admission;
    }

    /// The first assignment of a request.
    RequestStage assign(PendingRequest request, PromptTokenized prompt) {
        return assign(request, prompt, null, null);
    }

    /// The assignment of a request that waited: it keeps its target while its model offers it.
    RequestStage assignAgain(PendingRequest request, PromptTokenized prompt, PoolAssigned waited) {
        return assign(request, prompt, waited.choice(), null);
    }

    /// The assignment of a request that its pool has admitted after a wait: it keeps its pool too, while that serves
    /// it.
    RequestStage assignAdmitted(PendingRequest request, PromptTokenized prompt, PoolAssigned waited) {
        return assign(request, prompt, waited.choice(), waited.pool().id());
    }

    /// The pool that a request will most likely be assigned; null where it will be refused.
    @Nullable
    PoolSnapshot preview(PendingRequest pending, ModelResolved model) {
        InferenceRequest request = pending.request();
        PoolSnapshot route = pools.find(request.pool());
        if (route == null
                || !(model.resolution()
                        instanceof Resolution.Movable(PublishedModel published, List<PoolBinding> bindings))) {
            return route;
        }
        TargetChoice likely = selector.preview(request, published, bindings, pending.seed());
        PoolCapacity capacity = admission.capacity(request, published.name());
        Destination to = destinations.choose(route, likely.target(), bindings, likely.hash(), capacity);
        return to == null ? null : to.pool();
    }

    /// @param chosen the target chosen before; null for none
    /// @param admittedTo the pool that has admitted the request; null for none
    private RequestStage assign(
            PendingRequest pending,
            PromptTokenized prompt,
            @Nullable TargetChoice chosen,
            @Nullable PoolId admittedTo) {
        InferenceRequest request = pending.request();
        PoolSnapshot route = pools.find(request.pool());
        if (route == null) {
            return Refusal.unknown(request.pool());
        }
        Destination there = new Destination(route, null);
        Resolution resolution = prompt.model().resolution();
        if (resolution == null) {
            return new PoolAssigned(prompt, null, there);
        }
        return switch (resolution) {
            case Resolution.Unpublished unpublished -> Refusal.unpublished(request, unpublished);
            case Resolution.PassedThrough(Target target) ->
                new PoolAssigned(prompt, TargetChoice.only(target, pending.seed()), there);
            case Resolution.Resolved(PublishedModel model) ->
                new PoolAssigned(prompt, target(pending, model, List.of(), chosen), there);
            case Resolution.Movable(PublishedModel model, List<PoolBinding> bindings) -> {
                TargetChoice choice = target(pending, model, bindings, chosen);
                PoolCapacity capacity =
                        admittedTo == null ? admission.capacity(request, model.name()) : PoolCapacity.only(admittedTo);
                Destination to = destinations.choose(route, choice.target(), bindings, choice.hash(), capacity);
                yield to == null ? Refusal.unknown(bindings.getFirst().pool()) : new PoolAssigned(prompt, choice, to);
            }
        };
    }

    private TargetChoice target(
            PendingRequest request, PublishedModel model, List<PoolBinding> bindings, @Nullable TargetChoice chosen) {
        return chosen != null && model.offers(chosen.target())
                ? chosen
                : selector.choice(request.request(), model, bindings, request.seed());
    }
}
