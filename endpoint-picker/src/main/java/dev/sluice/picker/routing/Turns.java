package dev.sluice.picker.routing;

import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.PoolId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// How many requests of each model have been divided among its targets; goes on when resources change, so that the
/// shares stay exact.
///
/// Only published models are counted, so what is held is bounded.
final class Turns {
    private final Map<PoolId, Map<ModelName, AtomicLong>> turns = new ConcurrentHashMap<>();

    /// @param route the pool whose requests are divided
    long next(PoolId route, ModelName model) {
        Map<ModelName, AtomicLong> known = turns.get(route);
        AtomicLong turn = known == null ? null : known.get(model);
        return (turn == null ? add(route, model) : turn).getAndIncrement();
    }

    private AtomicLong add(PoolId route, ModelName model) {
        return turns.computeIfAbsent(route, _ -> new ConcurrentHashMap<>())
                .computeIfAbsent(model, _ -> new AtomicLong());
    }
}
