package dev.sluice.picker.scheduling;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.pool.CapacityCheck;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prefix.PrefixHits;
import org.jspecify.annotations.Nullable;

/// A pool as one request sees it: its endpoints, what they hold of the prompt, and how fast they are.
///
/// @param hits how much of the prompt each endpoint of the snapshot holds
/// @param capacity where the request may be placed, as long as there is such an endpoint; null for anywhere
public record PoolView(
        PoolSnapshot pool,
        PrefixHits hits,
        RateBook rates,
        @Nullable CapacityCheck capacity) {}
