package dev.sluice.picker.routing;

import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.Home;
import dev.sluice.picker.model.InferenceRequest;
import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.Objectives;
import dev.sluice.picker.model.Target;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.routing.Destinations.Destination;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a request would run.
///
/// @param draw null for work whose model is not seen
/// @param published whether a published model stands behind it
/// @param homes the pools that it may go to; none where there is no choice
record Bound(@Nullable Draw draw, Destination to, boolean published, List<Home> homes) {
    /// At its route's pool.
    static Bound there(@Nullable Draw draw, PoolSnapshot pool, boolean published) {
        return new Bound(draw, new Destination(pool, null), published, List.of());
    }

    PoolSnapshot pool() {
        return to.pool();
    }

    @Nullable
    Target target() {
        return draw == null ? null : draw.target();
    }

    /// The latencies that the request should see.
    Objectives objectives(Catalog catalog, InferenceRequest request) {
        return catalog.objectives(pool().id(), request.claim().objectives(), requested());
    }

    /// The name that the client sent.
    @Nullable
    ModelName requested() {
        Target target = target();
        return target == null ? null : target.requested();
    }
}
