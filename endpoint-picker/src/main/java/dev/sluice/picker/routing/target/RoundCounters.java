package dev.sluice.picker.routing.target;

import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Round-robin counters per model: how many of its requests were divided among its targets. They survive changes
/// of resources, so that shares stay exact.
///
/// Only published models are counted, so memory is bounded.
final class RoundCounters {
    private final Map<PoolId, Map<ModelName, AtomicLong>> counters = new ConcurrentHashMap<>();

    /// @param route the pool whose requests are divided
    long next(PoolId route, ModelName model) {
        Map<ModelName, AtomicLong> known = counters.get(route);
        AtomicLong counter = known == null ? null : known.get(model);
        return (counter == null ? add(route, model) : counter).getAndIncrement();
    }

    private AtomicLong add(PoolId route, ModelName model) {
        return counters.computeIfAbsent(route, _ -> new ConcurrentHashMap<>())
                .computeIfAbsent(model, _ -> new AtomicLong());
    }
}
