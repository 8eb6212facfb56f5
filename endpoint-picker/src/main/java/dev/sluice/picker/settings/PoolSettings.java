package dev.sluice.picker.settings;

import dev.sluice.picker.model.PolicyKind;
import dev.sluice.picker.model.ScorerWeights;
import java.time.Duration;

/// How a pool is run.
///
/// @param policy how endpoints are compared
/// @param weights of the scorers, where [PolicyKind#WEIGHTED] compares them
/// @param pollInterval how often each endpoint's metrics are read
/// @param staleness signals older than this are not used; requests are then placed by what the picker itself knows
/// @param adaptivePolling whether endpoints without work are read less often
/// @param adapterChecks how it is learned which endpoints serve which adapters
/// @param sources who else tells of the endpoints
/// @param admission when requests wait in the picker
/// @param requestUsage whether engines are asked for token counts that clients of streams do not ask for
/// @param replicas pickers that place requests on this pool, this one among them
public record PoolSettings(
        PolicyKind policy,
        ScorerWeights weights,
        Duration pollInterval,
        Duration staleness,
        boolean adaptivePolling,
        AdapterChecks adapterChecks,
        SignalSources sources,
        AdmissionSettings admission,
        boolean requestUsage,
        int replicas) {
    public static final PoolSettings DEFAULT =
            new PoolSettings(PolicyKind.COST, Duration.ofMillis(50), Duration.ofSeconds(2), true);

    /// Of a pool without adapters and with the usual sources that one picker serves.
    public PoolSettings(PolicyKind policy, Duration pollInterval, Duration staleness, boolean adaptivePolling) {
        this(
                policy,
                ScorerWeights.DEFAULT,
                pollInterval,
                staleness,
                adaptivePolling,
                AdapterChecks.NONE,
                SignalSources.DEFAULT,
                AdmissionSettings.DEFAULT,
                false,
                1);
    }

    public PoolSettings {
        if (replicas < 1) {
            throw new IllegalArgumentException("replicas must be at least 1: " + replicas);
        }
        if (!pollInterval.isPositive() || !staleness.isPositive()) {
            throw new IllegalArgumentException("poll interval and staleness must be positive");
        }
    }

    public PoolSettings withPolicy(PolicyKind value) {
        return new PoolSettings(
                value,
                weights,
                pollInterval,
                staleness,
                adaptivePolling,
                adapterChecks,
                sources,
                admission,
                requestUsage,
                replicas);
    }

    public PoolSettings withWeights(ScorerWeights value) {
        return new PoolSettings(
                policy,
                value,
                pollInterval,
                staleness,
                adaptivePolling,
                adapterChecks,
                sources,
                admission,
                requestUsage,
                replicas);
    }

    public PoolSettings withAdapterChecks(AdapterChecks value) {
        return new PoolSettings(
                policy,
                weights,
                pollInterval,
                staleness,
                adaptivePolling,
                value,
                sources,
                admission,
                requestUsage,
                replicas);
    }

    public PoolSettings withSources(SignalSources value) {
        return new PoolSettings(
                policy,
                weights,
                pollInterval,
                staleness,
                adaptivePolling,
                adapterChecks,
                value,
                admission,
                requestUsage,
                replicas);
    }

    public PoolSettings withAdmission(AdmissionSettings value) {
        return new PoolSettings(
                policy,
                weights,
                pollInterval,
                staleness,
                adaptivePolling,
                adapterChecks,
                sources,
                value,
                requestUsage,
                replicas);
    }

    public PoolSettings withRequestUsage(boolean value) {
        return new PoolSettings(
                policy,
                weights,
                pollInterval,
                staleness,
                adaptivePolling,
                adapterChecks,
                sources,
                admission,
                value,
                replicas);
    }

    public PoolSettings withReplicas(int value) {
        return new PoolSettings(
                policy,
                weights,
                pollInterval,
                staleness,
                adaptivePolling,
                adapterChecks,
                sources,
                admission,
                requestUsage,
                value);
    }
}
