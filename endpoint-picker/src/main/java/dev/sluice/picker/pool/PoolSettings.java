package dev.sluice.picker.pool;

import dev.sluice.picker.model.PolicyKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a pool is run.
///
/// @param policy how endpoints are compared
/// @param pollInterval how often each endpoint's metrics are read
/// @param staleness signals older than this are not used; requests are then placed by what the picker itself knows
/// @param adaptivePolling whether endpoints without work are read less often
/// @param kvEvents where the engines publish what they cache, or null when that is not followed
public record PoolSettings(
        PolicyKind policy,
        Duration pollInterval,
        Duration staleness,
        boolean adaptivePolling,
        @Nullable KvEventPorts kvEvents) {
    public static final PoolSettings DEFAULT =
            new PoolSettings(PolicyKind.COST, Duration.ofMillis(50), Duration.ofSeconds(2), true);

    /// The settings of a pool whose KV events are not followed.
    public PoolSettings(PolicyKind policy, Duration pollInterval, Duration staleness, boolean adaptivePolling) {
        this(policy, pollInterval, staleness, adaptivePolling, null);
    }

    public PoolSettings {
        if (!pollInterval.isPositive() || !staleness.isPositive()) {
            throw new IllegalArgumentException("poll interval and staleness must be positive");
        }
    }
}
