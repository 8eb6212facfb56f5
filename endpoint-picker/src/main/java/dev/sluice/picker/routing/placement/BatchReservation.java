package dev.sluice.picker.routing.placement;

import dev.sluice.picker.pool.BatchIntegrals;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.signal.Signals;
import org.jspecify.annotations.Nullable;

/// A request's part in its endpoint's batch: from its placement to its first token it prefills, from then to its end it
/// decodes. The entries of these moments are what [Timing] learns from.
final class BatchReservation implements Reservation {
    /// Prefills placed before a request may be this many times its own, and are taken to be half done. Such times are
    /// only learned from while hardware is new: a request that met no other prefill says more. A fleet that is busy
    /// from its first second on shows nothing else.
    private static final double MOST_AHEAD = 2;

    final Endpoint endpoint;
    final boolean streamed;
    final ExpectedWork expected;
    final BatchIntegrals.Entry placed;
    /// The time from the placement on is mostly that of this request's own work.
    final boolean undisturbed;
    /// Uncached prompt tokens that the endpoint had to compute first, as a multiple of this request's.
    final double ahead;
    final int foreignAtStart;
    private BatchIntegrals.@Nullable Entry first;
    private BatchIntegrals.@Nullable Entry ended;

    /// @param direct whether only prefill and decoding stand between now and the first token
    private BatchReservation(
            Endpoint endpoint, ExpectedWork expected, boolean streamed, boolean direct, long nowNanos) {
        this.endpoint = endpoint;
        this.streamed = streamed;
        this.expected = expected;
        BatchIntegrals integrals = endpoint.integrals();
        BatchIntegrals.Prefill prefill = expected.prefill();
        this.ahead = integrals.prefillingTokens() / Math.max(1, prefill.tokens());
        Signals signals = endpoint.signals();
        this.foreignAtStart = signals == null ? 0 : signals.requestsFromOthers();
        boolean queued = ahead > MOST_AHEAD || (signals != null && signals.waiting() > 0);
        this.undisturbed = direct && !queued;
        // Last, because what fails before leaves nothing behind.
        this.placed = streamed
                ? integrals.placed(nowNanos, prefill)
                : integrals.placedSilent(nowNanos, expected.contextTokens(), prefill);
    }

    static BatchReservation take(
            Endpoint endpoint, ExpectedWork expected, boolean streamed, boolean direct, long nowNanos) {
        return new BatchReservation(endpoint, expected, streamed, direct, nowNanos);
    }

    void firstToken(long nowNanos) {
        if (streamed && first == null) {
            first = endpoint.integrals().firstToken(nowNanos, expected.contextTokens(), expected.prefill());
        }
    }

    /// The moment of the first token; null where none was seen.
    BatchIntegrals.@Nullable Entry first() {
        return first;
    }

    /// The moment of the end; null before.
    BatchIntegrals.@Nullable Entry ended() {
        return ended;
    }

    @Override
    public void release(PlacementEnd end) {
        ended = streamed && first == null
                ? endpoint.integrals().withdrawn(end.nowNanos(), expected.prefill())
                : endpoint.integrals().ended(end.nowNanos(), expected.contextTokens());
    }
}
