package dev.sluice.picker.identity;

import java.util.List;

/// The pools that a route leads to.
///
/// @param pool the route's own
/// @param movable the pools that the route allows; its own is among them where it has several
public record RoutePools(PoolId pool, List<PoolId> movable) {
    /// The route that leads to one pool alone.
    public static RoutePools only(PoolId pool) {
        return new RoutePools(pool, List.of());
    }
}
