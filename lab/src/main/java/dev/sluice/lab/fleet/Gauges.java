package dev.sluice.lab.fleet;

import java.util.Set;

/// What a server's metrics page says at one moment.
///
/// @param kvUsage the used share of the KV cache, 0 to 1
/// @param adapterSlots adapters that fit at once, 0 where none is served
public record Gauges(
        int waiting,
        int running,
        double kvUsage,
        long kvCapacityTokens,
        Set<String> runningAdapters,
        Set<String> waitingAdapters,
        int adapterSlots) {

    public Gauges {
        runningAdapters = Set.copyOf(runningAdapters);
        waitingAdapters = Set.copyOf(waitingAdapters);
    }
}
