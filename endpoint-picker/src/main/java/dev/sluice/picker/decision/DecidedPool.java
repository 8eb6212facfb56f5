package dev.sluice.picker.decision;

import dev.sluice.picker.identity.PoolId;
import org.jspecify.annotations.Nullable;

/// The pool that a decision chose an endpoint of, and how the request came to it.
///
/// @param model the model or adapter that the engine is asked for, empty where the body is not read
/// @param reroute that the pool is not the route's, and why; null where it is
/// @param session what the request's session had to do with the choice; null where the model keeps none
public record DecidedPool(
        PoolId id,
        String model,
        @Nullable Reroute reroute,
        @Nullable Stickiness session) {
    DecidedPool reroutedFor(Reroute why) {
        return new DecidedPool(id, model, why, session);
    }
}
