package dev.sluice.picker.pool;

import dev.sluice.picker.model.PolicyKind;
import java.time.Duration;

/// How a pool is run.
///
/// @param policy how endpoints are compared
/// @param pollInterval how often each endpoint's metrics are read
/// @param staleness signals older than this are not used; requests are then placed by what the picker itself knows
/// @param adaptivePolling whether endpoints without work are read less often
/// @param adapterChecks how it is learned which endpoints serve which adapters
/// @param sources who else tells of the endpoints
public record PoolSettings(
        PolicyKind policy,
        Duration pollInterval,
        Duration staleness,
        boolean adaptivePolling,
        AdapterChecks adapterChecks,
        SignalSources sources) {
    public static final PoolSettings DEFAULT =
            new PoolSettings(PolicyKind.COST, Duration.ofMillis(50), Duration.ofSeconds(2), true);

    /// Without adapters, with the usual sources.
    public PoolSettings(PolicyKind policy, Duration pollInterval, Duration staleness, boolean adaptivePolling) {
        this(policy, pollInterval, staleness, adaptivePolling, AdapterChecks.NONE, SignalSources.DEFAULT);
    }

    public PoolSettings {
        if (!pollInterval.isPositive() || !staleness.isPositive()) {
            throw new IllegalArgumentException("poll interval and staleness must be positive");
        }
    }
}
