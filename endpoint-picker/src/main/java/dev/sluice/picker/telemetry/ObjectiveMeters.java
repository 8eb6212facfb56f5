package dev.sluice.picker.telemetry;

import dev.sluice.picker.identity.PoolId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The meters tell whether requests with objectives saw the latencies that they should.
///
/// | meter | labels | what |
/// |---|---|---|
/// | `sluice_objectives_total` | pool, model, objective, met | answers with an objective of `ttft` or `tpot` |
///
/// Only streamed answers show both times. Refused requests are counted by their outcome.
public final class ObjectiveMeters {
    private final MeterRegistry registry;
    private final Labels models;
    private final Map<ObjectiveKey, Counter> counters = new ConcurrentHashMap<>();

    /// @param models bounds how many there are
    ObjectiveMeters(MeterRegistry registry, Labels models) {
        this.registry = registry;
        this.models = models;
    }

    private record ObjectiveKey(PoolId pool, String model, String objective, boolean met) {}

    /// An answer's first token came after this time.
    public void firstToken(PoolId pool, String model, double millis, double objectiveMillis) {
        count(pool, model, "ttft", millis <= objectiveMillis);
    }

    /// An answer's further tokens took this time each, on average.
    public void furtherTokens(PoolId pool, String model, double millis, double objectiveMillis) {
        count(pool, model, "tpot", millis <= objectiveMillis);
    }

    private void count(PoolId pool, String model, String objective, boolean met) {
        counters.computeIfAbsent(new ObjectiveKey(pool, models.of(model), objective, met), this::register)
                .increment();
    }

    /// The model's name has given up its place.
    void forget(String model) {
        Forgetting.from(counters, key -> key.model().equals(model), registry::remove);
    }

    private Counter register(ObjectiveKey key) {
        return registry.counter(
                "sluice.objectives",
                Tags.of(
                        "pool", key.pool().toString(),
                        "model", key.model(),
                        "objective", key.objective(),
                        "met", Boolean.toString(key.met())));
    }
}
