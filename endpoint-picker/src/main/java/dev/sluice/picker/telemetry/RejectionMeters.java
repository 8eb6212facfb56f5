package dev.sluice.picker.telemetry;

import dev.sluice.picker.identity.PoolId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The meter of what sources of signals say and cannot be.
///
/// | meter | labels | what |
/// |---|---|---|
/// | `sluice_signal_rejected_total` | pool, source, reason | samples that count as not said, or as less |
///
/// Sources are `engine`, `prometheus` and `dcgm`; reasons are `not_finite`, `negative`, `too_large`, `clamped`,
/// `duplicate` and `text_too_long`.
public final class RejectionMeters {
    private final MeterRegistry registry;
    private final Map<RejectionKey, Counter> counters = new ConcurrentHashMap<>();

    private record RejectionKey(PoolId pool, String source, String reason) {}

    RejectionMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /// @param source who said it, as a label value
    /// @param reason as a label value
    public void rejected(PoolId pool, String source, String reason) {
        counters.computeIfAbsent(new RejectionKey(pool, source, reason), this::register)
                .increment();
    }

    private Counter register(RejectionKey key) {
        return registry.counter(
                "sluice.signal.rejected",
                Tags.of("pool", key.pool().toString(), "source", key.source(), "reason", key.reason()));
    }
}
