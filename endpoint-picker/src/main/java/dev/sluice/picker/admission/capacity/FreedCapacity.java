package dev.sluice.picker.admission.capacity;

import dev.sluice.picker.pool.Footprint;
import dev.sluice.picker.pool.signal.Signals;
import org.jspecify.annotations.Nullable;

/// Capacity that ended or preempted requests free while they are still counted at their endpoint.
///
/// @param requests counted as in flight, with `tokens` of context and `prefillNanos` still to compute
/// @param reported requests that the engine's last report includes, with `reportedTokens` of context
public record FreedCapacity(int requests, long tokens, long prefillNanos, int reported, long reportedTokens) {
    public static final FreedCapacity NONE = new FreedCapacity(0, 0, 0, 0, 0);

    /// Adds a request that is counted as in flight.
    ///
    /// @param started whether its prompt has been computed
    /// @param signals the engine's last report
    public FreedCapacity and(Footprint request, boolean started, @Nullable Signals signals) {
        return plus(request, started, signals, 1);
    }

    /// Takes a request out again.
    public FreedCapacity without(Footprint request, boolean started, @Nullable Signals signals) {
        return plus(request, started, signals, -1);
    }

    private FreedCapacity plus(Footprint footprint, boolean started, @Nullable Signals signals, int sign) {
        int seen = signals != null && footprint.sinceNanos() - signals.atNanos() < 0 ? sign : 0;
        return new FreedCapacity(
                requests + sign,
                tokens + sign * footprint.tokens(),
                prefillNanos + (started ? 0 : sign * footprint.prefillNanos()),
                reported + seen,
                reportedTokens + seen * footprint.tokens());
    }

    /// The capacity of requests that only the engine's last report includes.
    ///
    /// @param tokens of context that they held
    public static FreedCapacity reported(int requests, long tokens) {
        return new FreedCapacity(0, 0, 0, requests, tokens);
    }
}
