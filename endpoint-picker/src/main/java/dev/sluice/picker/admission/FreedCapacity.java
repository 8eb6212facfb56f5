package dev.sluice.picker.admission;

import dev.sluice.picker.pool.Signals;
import org.jspecify.annotations.Nullable;

/// Capacity that ended or preempted requests free while they are still counted at their endpoint.
///
/// @param requests counted as in flight, with `tokens` of context and `prefillNanos` still to compute
/// @param reported requests that the engine's last report includes, with `reportedTokens` of context
record FreedCapacity(int requests, long tokens, long prefillNanos, int reported, long reportedTokens) {
    static final FreedCapacity NONE = new FreedCapacity(0, 0, 0, 0, 0);

    /// Adds a request that is counted as in flight.
    FreedCapacity and(PreemptibleRequest preemptible, @Nullable Signals signals) {
        return plus(preemptible, signals, 1);
    }

    /// Takes a request out again.
    FreedCapacity without(PreemptibleRequest preemptible, @Nullable Signals signals) {
        return plus(preemptible, signals, -1);
    }

    private FreedCapacity plus(PreemptibleRequest preemptible, @Nullable Signals signals, int sign) {
        Footprint footprint = preemptible.footprint;
        int seen = signals != null && footprint.sinceNanos() - signals.atNanos() < 0 ? sign : 0;
        return new FreedCapacity(
                requests + sign,
                tokens + sign * footprint.tokens(),
                prefillNanos + (preemptible.started ? 0 : sign * footprint.prefillNanos()),
                reported + seen,
                reportedTokens + seen * footprint.tokens());
    }

    /// Adds a request that only the engine's last report includes.
    FreedCapacity andReported(long held) {
        return new FreedCapacity(requests, tokens, prefillNanos, reported + 1, reportedTokens + held);
    }
}
