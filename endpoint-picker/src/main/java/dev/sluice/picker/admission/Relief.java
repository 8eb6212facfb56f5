package dev.sluice.picker.admission;

import dev.sluice.picker.pool.Signals;
import org.jspecify.annotations.Nullable;

/// What an endpoint is rid of when requests leave it that are still counted there.
///
/// @param requests that are counted as in flight, which hold `tokens` and still have `prefillNanos` to compute
/// @param reported that were there when the engine last said what it holds, which is then `reportedTokens` too much
record Relief(int requests, long tokens, long prefillNanos, int reported, long reportedTokens) {
    static final Relief NONE = new Relief(0, 0, 0, 0, 0);

    /// With a request that is counted as in flight.
    Relief and(Occupant occupant, @Nullable Signals signals) {
        return plus(occupant, signals, 1);
    }

    /// The same as if the request stayed.
    Relief without(Occupant occupant, @Nullable Signals signals) {
        return plus(occupant, signals, -1);
    }

    private Relief plus(Occupant occupant, @Nullable Signals signals, int sign) {
        Stay stay = occupant.stay;
        int seen = signals != null && stay.sinceNanos() - signals.atNanos() < 0 ? sign : 0;
        return new Relief(
                requests + sign,
                tokens + sign * stay.tokens(),
                prefillNanos + (occupant.started ? 0 : sign * stay.prefillNanos()),
                reported + seen,
                reportedTokens + seen * stay.tokens());
    }

    /// With a request that is only what the engine said before it left.
    Relief andReported(long held) {
        return new Relief(requests, tokens, prefillNanos, reported + 1, reportedTokens + held);
    }
}
