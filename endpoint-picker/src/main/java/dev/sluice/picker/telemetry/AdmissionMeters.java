package dev.sluice.picker.telemetry;

import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.request.Priority;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/// The meters of requests that cannot run at once.
///
/// | meter | labels | what |
/// |---|---|---|
/// | `sluice_queue_requests` | pool | requests that wait in the picker |
/// | `sluice_queue_seconds` | pool, priority, end | how long requests waited that could not run at once |
///
/// The end is `admitted`, `elsewhere` where another pool had room first, `gone` with the client, or the outcome of a
/// refusal.
public final class AdmissionMeters {
    private static final int MAX_PRIORITIES = 50;
    private static final Duration[] BUCKETS = DoubleStream.of(.001, .01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300)
            .mapToObj(seconds -> Duration.ofNanos(Math.round(seconds * 1e9)))
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Labels priorities;
    private final Map<AdmissionKey, Timer> waits = new ConcurrentHashMap<>();

    AdmissionMeters(MeterRegistry registry) {
        this.registry = registry;
        this.priorities = new Labels(MAX_PRIORITIES, registry.config().clock(), this::forget);
    }

    private record AdmissionKey(PoolId pool, String priority, String end) {}

    private void forget(String priority) {
        Forgetting.from(waits, key -> key.priority().equals(priority), registry::remove);
    }

    /// A request that had to wait does not any more, or was not let wait.
    ///
    /// @param end how, as a label value
    public void ended(PoolId pool, Priority priority, String end, long waitedNanos) {
        String label = priorities.admit(Integer.toString(priority.value()));
        waits.computeIfAbsent(new AdmissionKey(pool, label, end), this::register)
                .record(waitedNanos, TimeUnit.NANOSECONDS);
    }

    private Timer register(AdmissionKey key) {
        return Timer.builder("sluice.queue")
                .description("How long requests waited in the picker that could not run at once")
                .tags(Tags.of("pool", key.pool().toString(), "priority", key.priority(), "end", key.end()))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /// Watches how many requests wait for a pool from now on; `source` is held.
    public <T> void watch(PoolId pool, T source, ToDoubleFunction<T> waiting) {
        Gauge.builder("sluice.queue.requests", source, waiting)
                .tags(Tags.of("pool", pool.toString()))
                .strongReference(true)
                .register(registry);
    }
}
