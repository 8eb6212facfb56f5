package dev.sluice.picker.routing.placement;

import dev.sluice.picker.pool.InFlight;

/// Counts a request's work as in flight at its endpoint.
///
/// It does so from the placement on, so that the next decision sees it.
final class InFlightReservation implements Reservation {
    private final InFlight inFlight;
    private final ExpectedWork expected;
    private final long placedNanos;
    private final long predictedDone;
    private final long backlogNanos;

    private InFlightReservation(InFlight inFlight, ExpectedWork expected, long nowNanos) {
        this.inFlight = inFlight;
        this.expected = expected;
        this.placedNanos = nowNanos;
        this.predictedDone = inFlight.place(nowNanos, expected.prefillNanos(), expected.contextTokens());
        this.backlogNanos = inFlight.prefillBacklogNanos(nowNanos);
    }

    static InFlightReservation take(InFlight inFlight, ExpectedWork expected, long nowNanos) {
        return new InFlightReservation(inFlight, expected, nowNanos);
    }

    long placedNanos() {
        return placedNanos;
    }

    /// The first token shows when the prefill was done.
    ///
    /// @return how long the request was queued before it
    long firstToken(long nowNanos) {
        long waited = nowNanos - placedNanos;
        inFlight.firstToken(nowNanos, predictedDone);
        inFlight.waited(waited, backlogNanos);
        inFlight.queued(waited, backlogNanos, expected.prefillNanos());
        return Math.max(0, waited - expected.prefillNanos());
    }

    /// An answer that came whole shows only that the prefill was done before.
    ///
    /// @return how long the request was queued before it, as far as that is known
    long wholeAnswer(long nowNanos) {
        long waited = nowNanos - placedNanos;
        if (waited < backlogNanos) {
            inFlight.firstToken(nowNanos, predictedDone);
        }
        inFlight.waited(waited, backlogNanos);
        long mostQueued = Math.max(0, waited - expected.prefillNanos());
        return Math.clamp(backlogNanos - expected.prefillNanos(), 0, mostQueued);
    }

    /// A prompt that has not been computed will not be.
    @Override
    public void release(PlacementEnd end) {
        inFlight.release(expected.contextTokens());
        if (!end.answered() && !end.started()) {
            inFlight.withdraw(end.nowNanos(), expected.prefillNanos());
        }
    }
}
