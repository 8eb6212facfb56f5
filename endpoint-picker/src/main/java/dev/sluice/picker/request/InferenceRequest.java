package dev.sluice.picker.request;

import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.identity.RoutePools;
import dev.sluice.picker.prompt.Work;

/// A request as the picker reasons about it.
///
/// @param id the `x-request-id`, by which the decision can be explained later
/// @param route the pools that its route leads to
/// @param arrivedNanos when its headers arrived, by the [Ticker]
/// @param attributes what its headers ask for: its place among others that wait, and its session
public record InferenceRequest(
        String id,
        RoutePools route,
        Work work,
        EndpointSubset subset,
        long arrivedNanos,
        RequestAttributes attributes) {
    /// A request whose headers ask for nothing.
    public InferenceRequest(String id, RoutePools route, Work work, EndpointSubset subset, long arrivedNanos) {
        this(id, route, work, subset, arrivedNanos, RequestAttributes.NONE);
    }

    /// A request that its route's pool must serve.
    public InferenceRequest(String id, PoolId pool, Work work, EndpointSubset subset, long arrivedNanos) {
        this(id, RoutePools.only(pool), work, subset, arrivedNanos);
    }

    /// The route's pool.
    public PoolId pool() {
        return route.pool();
    }
}
