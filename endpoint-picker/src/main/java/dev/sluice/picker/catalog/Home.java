package dev.sluice.picker.catalog;

import dev.sluice.picker.model.PoolId;

/// A pool that serves a model, with its rank and its share among the model's pools.
///
/// @param tier pools of the lowest one that is ready serve
/// @param weight its share among the pools of its tier; 0 receives nothing
public record Home(PoolId pool, int tier, int weight) {}
