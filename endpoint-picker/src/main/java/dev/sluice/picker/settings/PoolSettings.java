package dev.sluice.picker.settings;

/// The settings of a pool.
///
/// @param policy how its endpoints are compared
/// @param signals how it is learned how its endpoints are
/// @param admission when its requests wait in the picker
/// @param requestUsage whether engines are asked for token counts that clients of streams do not ask for
/// @param replicas pickers that place requests on the pool, this one among them
public record PoolSettings(
        PolicySettings policy,
        SignalSettings signals,
        AdmissionSettings admission,
        boolean requestUsage,
        int replicas) {
    /// A pool without adapters that one picker serves.
    public static final PoolSettings DEFAULT =
            new PoolSettings(PolicySettings.DEFAULT, SignalSettings.DEFAULT, AdmissionSettings.DEFAULT, false, 1);

    public PoolSettings {
        if (replicas < 1) {
            throw new IllegalArgumentException("replicas must be at least 1: " + replicas);
        }
    }

    public PoolSettings withPolicy(PolicySettings value) {
        return new PoolSettings(value, signals, admission, requestUsage, replicas);
    }

    public PoolSettings withSignals(SignalSettings value) {
        return new PoolSettings(policy, value, admission, requestUsage, replicas);
    }

    public PoolSettings withAdmission(AdmissionSettings value) {
        return new PoolSettings(policy, signals, value, requestUsage, replicas);
    }

    public PoolSettings withReplicas(int value) {
        return new PoolSettings(policy, signals, admission, requestUsage, value);
    }
}
