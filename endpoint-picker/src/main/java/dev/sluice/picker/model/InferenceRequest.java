package dev.sluice.picker.model;

/// One request as the picker reasons about it.
///
/// @param id the `x-request-id`, by which the decision can be explained later
/// @param arrivedNanos when its headers arrived, by the [Ticker]
public record InferenceRequest(String id, PoolId pool, Work work, EndpointSubset subset, long arrivedNanos) {}
