package dev.sluice.picker.settings;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Set;

/// The checks by which a pool learns which adapters and base models its endpoints serve.
///
/// @param adapters those that the pool's InferenceModels name
/// @param bases the base models that they name; nothing is asked when there are neither
/// @param models whether each endpoint's list of models is read
/// @param grpcPort where each pod answers gRPC health checks, 0 for nowhere
/// @param interval how often each of them is asked
public record AdapterChecks(Set<String> adapters, Set<String> bases, boolean models, int grpcPort, Duration interval) {
    public static final AdapterChecks NONE = new AdapterChecks(Set.of(), Set.of(), false, 0, Duration.ofSeconds(5));

    /// Checks of adapters alone.
    public AdapterChecks(Set<String> adapters, boolean models, int grpcPort, Duration interval) {
        this(adapters, Set.of(), models, grpcPort, interval);
    }

    public AdapterChecks {
        adapters = Set.copyOf(adapters);
        bases = Set.copyOf(bases);
        requireNonNull(interval, "interval is null");
        if (!interval.isPositive()) {
            throw new IllegalArgumentException("the interval of adapter checks must be positive: " + interval);
        }
    }

    /// No adapter is there to ask for, or no server to ask.
    public boolean isNone() {
        return !asksModels() && !asksHealth();
    }

    /// Each endpoint's list of models is to be read.
    public boolean asksModels() {
        return models && !(adapters.isEmpty() && bases.isEmpty());
    }

    /// The adapters' health services are to be asked.
    public boolean asksHealth() {
        return grpcPort != 0 && !adapters.isEmpty();
    }
}
