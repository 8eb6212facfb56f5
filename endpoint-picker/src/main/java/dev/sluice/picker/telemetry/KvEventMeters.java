package dev.sluice.picker.telemetry;

import dev.sluice.picker.identity.PoolId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// The meters of the engines' KV events.
///
/// | meter | labels | what |
/// |---|---|---|
/// | `sluice_kv_events_total` | pool, event | `stored`, `removed`, `cleared`, `ignored`; `invalid` batches |
/// | `sluice_kv_blocks_unplaced_total` | pool | stored blocks not recorded: their parent is unknown, or no room |
/// | `sluice_kv_gaps_total` | pool, result | missed events: `replayed`, or `lost` and with them what was known |
/// | `sluice_kv_replays_total` | pool, result | requests for past events: `complete`, `failed` |
/// | `sluice_kv_restarts_total` | pool | engines that began anew |
/// | `sluice_kv_blocks`, `sluice_kv_endpoints` | – | blocks recorded, and endpoints that are followed |
/// | `sluice_kv_event_lag_seconds` | pool | from the engine's clock to the index |
public final class KvEventMeters {
    private static final Duration[] LAG_BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(10)
    };

    private final MeterRegistry registry;
    private final Map<EventSeries, Counter> counters = new ConcurrentHashMap<>();
    private final Map<PoolId, Timer> lags = new ConcurrentHashMap<>();

    private record EventSeries(String meter, PoolId pool, String label, String value) {}

    KvEventMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    public void event(PoolId pool, String kind) {
        count("sluice.kv.events", pool, "event", kind, 1);
    }

    public void unplaced(PoolId pool, int blocks) {
        count("sluice.kv.blocks.unplaced", pool, "", "", blocks);
    }

    public void gap(PoolId pool, boolean replayed) {
        count("sluice.kv.gaps", pool, "result", replayed ? "replayed" : "lost", 1);
    }

    public void replay(PoolId pool, boolean complete) {
        count("sluice.kv.replays", pool, "result", complete ? "complete" : "failed", 1);
    }

    public void restart(PoolId pool) {
        count("sluice.kv.restarts", pool, "", "", 1);
    }

    /// Clocks of two machines differ: a lag below zero counts as none.
    public void lag(PoolId pool, double seconds) {
        lags.computeIfAbsent(
                        pool,
                        key -> Timer.builder("sluice.kv.event.lag")
                                .tags("pool", key.toString())
                                .serviceLevelObjectives(LAG_BUCKETS)
                                .register(registry))
                .record(Math.round(Math.max(0, seconds) * 1e9), TimeUnit.NANOSECONDS);
    }

    private void count(String meter, PoolId pool, String label, String value, int amount) {
        counters.computeIfAbsent(new EventSeries(meter, pool, label, value), key -> {
                    Tags tags = Tags.of("pool", key.pool().toString());
                    return registry.counter(key.meter(), label.isEmpty() ? tags : tags.and(key.label(), key.value()));
                })
                .increment(amount);
    }
}
