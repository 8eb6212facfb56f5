package dev.sluice.picker.routing;

import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.PoolBinding;
import dev.sluice.picker.model.InferenceRequest;
import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.Objectives;
import dev.sluice.picker.model.Target;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.routing.Destinations.Destination;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The pool and target chosen for a request.
///
/// @param choice null for work whose model is not read
/// @param published whether a published model stands behind it
/// @param bindings the pools that may serve it; empty where there is no choice
record RouteChoice(@Nullable TargetChoice choice, Destination to, boolean published, List<PoolBinding> bindings) {
    /// The choice of the route's own pool.
    static RouteChoice there(@Nullable TargetChoice choice, PoolSnapshot pool, boolean published) {
        return new RouteChoice(choice, new Destination(pool, null), published, List.of());
    }

    PoolSnapshot pool() {
        return to.pool();
    }

    @Nullable
    Target target() {
        return choice == null ? null : choice.target();
    }

    /// The latencies that the request should see.
    Objectives objectives(Catalog catalog, InferenceRequest request) {
        return catalog.objectives(pool().id(), request.attributes().objectives(), requested());
    }

    /// The name that the client sent.
    @Nullable
    ModelName requested() {
        Target target = target();
        return target == null ? null : target.requested();
    }
}
