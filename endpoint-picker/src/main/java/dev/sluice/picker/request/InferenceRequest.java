package dev.sluice.picker.request;

import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.prompt.Work;
import java.util.List;

/// A request as the picker reasons about it.
///
/// @param id the `x-request-id`, by which the decision can be explained later
/// @param pool its route's
/// @param movable the pools that the route allows; its own is among them where it has several
/// @param arrivedNanos when its headers arrived, by the [Ticker]
/// @param session what its client shows of one
/// @param attributes its place among others that wait
public record InferenceRequest(
        String id,
        PoolId pool,
        List<PoolId> movable,
        Work work,
        EndpointSubset subset,
        long arrivedNanos,
        SessionClaim session,
        RequestAttributes attributes) {
    /// A request that is in no session, and whose headers claim nothing.
    public InferenceRequest(
            String id, PoolId pool, List<PoolId> movable, Work work, EndpointSubset subset, long arrivedNanos) {
        this(id, pool, movable, work, subset, arrivedNanos, SessionClaim.NONE, RequestAttributes.NONE);
    }

    /// A request that its route's pool must serve.
    public InferenceRequest(String id, PoolId pool, Work work, EndpointSubset subset, long arrivedNanos) {
        this(id, pool, List.of(), work, subset, arrivedNanos);
    }
}
