package dev.sluice.picker.settings;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Set;

/// How it is learned which of a pool's endpoints serve which adapters.
///
/// @param adapters those that the pool's InferenceModels name; nothing is asked when there are none
/// @param models whether each endpoint's list of models is read
/// @param grpcPort where each pod answers gRPC health checks, 0 for nowhere
/// @param interval how often each of them is asked
public record AdapterChecks(Set<String> adapters, boolean models, int grpcPort, Duration interval) {
    public static final AdapterChecks NONE = new AdapterChecks(Set.of(), false, 0, Duration.ofSeconds(5));

    public AdapterChecks {
        adapters = Set.copyOf(adapters);
        requireNonNull(interval, "interval is null");
        if (!interval.isPositive()) {
            throw new IllegalArgumentException("the interval of adapter checks must be positive: " + interval);
        }
    }

    /// Whether there is nothing to ask, or nobody.
    public boolean isNone() {
        return adapters.isEmpty() || (!models && grpcPort == 0);
    }
}
