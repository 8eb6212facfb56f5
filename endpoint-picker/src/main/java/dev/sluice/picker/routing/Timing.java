package dev.sluice.picker.routing;

import dev.sluice.picker.cost.Observation;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.model.TokenUsage;
import dev.sluice.picker.pool.BatchIntegrals;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Signals;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// When one request was placed, got its first token and ended, and what that teaches of the endpoint's speed.
///
/// Nothing is learned before the end, for only then does the engine say how long prompt and answer were and
/// what it found in its cache.
final class Timing {
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    /// Shorter answers say more of the steps they begin and end in than of those between.
    private static final int FEWEST_STEPS = 8;
    /// Of an endpoint that mostly works for others, too little is known.
    private static final double MOST_FOREIGN = 3;
    /// Prefills placed before a request may be this many times its own, and are taken to be half done. Such times are
    /// only learned from while hardware is new: a request that met no other prefill says more. A fleet that is busy
    /// from its first second on shows nothing else.
    private static final double MOST_AHEAD = 2;

    /// A step that an answer waits for, on average, and the one that carries its prompt.
    private static final double FIRST_STEPS = 1.5;

    private final Endpoint endpoint;
    private final boolean streamed;
    private final Expectation expected;
    private final BatchIntegrals.Entry placed;
    /// Whether the time from the placement on is mostly that of this request's own work.
    private final boolean undisturbed;
    /// Uncached prompt tokens that the endpoint had to compute first, as a multiple of this request's.
    private final double ahead;
    private final int foreignAtStart;
    private BatchIntegrals.@Nullable Entry first;

    /// What a request was expected to be when it was placed.
    ///
    /// @param promptTokens of which the endpoint holds `cachedTokens`
    /// @param contextTokens that it holds while it decodes
    record Expectation(double promptTokens, double cachedTokens, long contextTokens) {
        BatchIntegrals.Prefill prefill() {
            return BatchIntegrals.Prefill.of(promptTokens, cachedTokens);
        }
    }

    /// @param direct whether only prefill and decoding stand between now and the first token
    Timing(Endpoint endpoint, Expectation expected, boolean streamed, boolean direct, long nowNanos) {
        this.endpoint = endpoint;
        this.streamed = streamed;
        this.expected = expected;
        this.ahead = endpoint.integrals().prefillingTokens()
                / Math.max(1, expected.prefill().tokens());
        this.placed = streamed
                ? endpoint.integrals().placed(nowNanos, expected.prefill())
                : endpoint.integrals().placedSilent(nowNanos, expected.contextTokens(), expected.prefill());
        Signals signals = endpoint.signals();
        this.foreignAtStart = signals == null ? 0 : signals.foreign();
        boolean queued = ahead > MOST_AHEAD || (signals != null && signals.waiting() > 0);
        this.undisturbed = direct && !queued;
    }

    void firstToken(long nowNanos) {
        if (streamed && first == null) {
            first = endpoint.integrals().firstToken(nowNanos, expected.contextTokens(), expected.prefill());
        }
    }

    /// The request is over; [#observe] if it was answered.
    BatchIntegrals.Entry end(long nowNanos) {
        return streamed && first == null
                ? endpoint.integrals().withdrawn(nowNanos, expected.prefill())
                : endpoint.integrals().ended(nowNanos, expected.contextTokens());
    }

    /// @param ended what [#end] returned
    void observe(TokenUsage usage, BatchIntegrals.Entry ended, RateBook rates) {
        if (usage.promptTokens() <= 0 || usage.completionTokens() < 0) {
            return;
        }
        BatchIntegrals.Entry begun = first;
        if (begun == null) {
            if (!streamed && undisturbed) {
                observeDecode(placed, usage.completionTokens() - 1 + FIRST_STEPS, usage, ended, rates);
            }
            return;
        }
        boolean alone = ahead == 0 && begun.placements() == placed.placements();
        if (undisturbed && (alone || !rates.isFamiliar(endpoint.hardware()))) {
            observeFirstToken(begun, usage, rates);
        }
        observeDecode(begun, usage.completionTokens() - 1, usage, ended, rates);
    }

    private void observeFirstToken(BatchIntegrals.Entry begun, TokenUsage usage, RateBook rates) {
        double nanos = begun.atNanos() - placed.atNanos();
        if (nanos <= 0) {
            return;
        }
        double cached = usage.cachedTokens() == TokenUsage.UNKNOWN ? expected.cachedTokens() : usage.cachedTokens();
        double own = (begun.decodingNanos() - placed.decodingNanos()) / nanos;
        double held = (begun.contextNanos() - placed.contextNanos()) / nanos;
        double each = own > 0 ? held / own : usage.promptTokens();
        rates.observe(
                endpoint.hardware(),
                new Observation.FirstToken(
                        millis(nanos),
                        usage.promptTokens(),
                        Math.min(cached, usage.promptTokens()),
                        ahead / 2,
                        own + foreignAtStart,
                        held + foreignAtStart * each));
    }

    private void observeDecode(
            BatchIntegrals.Entry from, double steps, TokenUsage usage, BatchIntegrals.Entry to, RateBook rates) {
        double nanos = to.atNanos() - from.atNanos();
        if (steps < FEWEST_STEPS || nanos <= 0) {
            return;
        }
        double batch = (to.decodingNanos() - from.decodingNanos()) / nanos;
        Signals signals = endpoint.signals();
        double foreign = (foreignAtStart + (signals == null ? foreignAtStart : signals.foreign())) / 2.0;
        double all = batch + foreign;
        if (batch <= 0 || foreign > MOST_FOREIGN * batch) {
            return;
        }
        // The engine has said meanwhile how much context this request really had.
        double corrected = usage.promptTokens() + usage.completionTokens() / 2.0 - expected.contextTokens();
        double context = Math.max(0, (to.contextNanos() - from.contextNanos()) / nanos + corrected);
        // Others' requests are taken to be like ours.
        double share = all / batch;
        Observation.Decode decode = new Observation.Decode(
                millis(nanos),
                steps,
                all,
                context * share,
                (to.prefillTokens() - from.prefillTokens()) * share,
                (to.prefillSquares() - from.prefillSquares()) * share);
        BatchIntegrals.Prefill own = expected.prefill();
        rates.observe(
                endpoint.hardware(),
                streamed ? decode : new Observation.WholeAnswer(own.tokens(), own.squares(), decode));
    }

    /// As long as it would have taken at the full clock: rates are those of the hardware, not of its bad hours.
    private double millis(double nanos) {
        return nanos / NANOS_PER_MILLI / endpoint.slowness();
    }
}
