package dev.sluice.picker.catalog;

import dev.sluice.picker.identity.PoolId;

/// A pool that serves a model, with its tier and weight among the model's pools.
///
/// @param tier pools of the lowest ready tier serve
/// @param weight share among the pools of its tier; 0 receives nothing
public record PoolBinding(PoolId pool, int tier, int weight) {}
