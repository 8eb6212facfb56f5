package dev.sluice.picker.telemetry;

import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.time.Ticker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The meters of the sources that are not the engines themselves.
///
/// | meter | labels | what |
/// |---|---|---|
/// | `sluice_source_errors_total` | pool, source | failed reads of an exporter (`dcgm`), failed queries (`prometheus`)
/// |
/// | `sluice_source_age_seconds` | pool, source, signal | the age of the newest sample |
public final class SourceMeters {
    private static final double NANOS_PER_SECOND = 1e9;

    private final MeterRegistry registry;
    private final LoopMeters loops;
    private final Ticker ticker;
    private final RejectionMeters rejections;
    private final Map<SourceKey, AtomicLong> newest = new ConcurrentHashMap<>();

    private record SourceKey(PoolId pool, String source, String signal) {}

    public SourceMeters(MeterRegistry registry, Ticker ticker) {
        this.registry = registry;
        this.loops = new LoopMeters(registry);
        this.ticker = ticker;
        this.rejections = new RejectionMeters(registry);
    }

    public RejectionMeters rejections() {
        return rejections;
    }

    public LoopMeters loops() {
        return loops;
    }

    public void failed(PoolId pool, String source) {
        registry.counter("sluice.source.errors", Tags.of("pool", pool.toString(), "source", source))
                .increment();
    }

    /// A sample arrived that was measured at `atNanos`.
    public void sampled(PoolId pool, String source, String signal, long atNanos) {
        newest.computeIfAbsent(new SourceKey(pool, source, signal), key -> register(key, atNanos))
                .accumulateAndGet(atNanos, (known, next) -> next - known > 0 ? next : known);
    }

    private AtomicLong register(SourceKey key, long first) {
        AtomicLong at = new AtomicLong(first);
        Gauge.builder("sluice.source.age.seconds", at, each -> (ticker.nanos() - each.get()) / NANOS_PER_SECOND)
                .tags("pool", key.pool().toString(), "source", key.source(), "signal", key.signal())
                .strongReference(true)
                .register(registry);
        return at;
    }
}
