package dev.sluice.picker.routing.placement;

import dev.sluice.picker.cost.Observation;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.pool.BatchIntegrals;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.prompt.TokenUsage;
import java.util.concurrent.TimeUnit;

/// Observes an endpoint's speed from the times of one request: its placement, its first token, its end.
///
/// It observes at the end, because only then does the engine report the lengths of prompt and answer and what it
/// found in its cache.
record Timing(BatchReservation batch) {
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    /// A shorter answer says more of its first and last step than of the steps between.
    private static final int FEWEST_STEPS = 8;
    /// An endpoint with more foreign requests for each of this picker's teaches nothing: too little of its batch is
    /// known.
    private static final double MOST_FOREIGN = 3;

    /// Steps before the first token: half of the running step on average, and the step that computes the prompt.
    private static final double FIRST_STEPS = 1.5;

    void observe(TokenUsage usage, RateBook rates) {
        BatchIntegrals.Entry ended = batch.ended();
        if (ended == null || usage.promptTokens() <= 0 || usage.completionTokens() < 0) {
            return;
        }
        BatchIntegrals.Entry begun = batch.first();
        if (begun == null) {
            if (!batch.streamed && batch.undisturbed) {
                observeDecode(batch.placed, usage.completionTokens() - 1 + FIRST_STEPS, usage, ended, rates);
            }
            return;
        }
        boolean alone = batch.ahead == 0 && begun.placements() == batch.placed.placements();
        if (batch.undisturbed && (alone || !rates.isFamiliar(endpoint().hardware()))) {
            observeFirstToken(begun, usage, rates);
        }
        observeDecode(begun, usage.completionTokens() - 1, usage, ended, rates);
    }

    private Endpoint endpoint() {
        return batch.endpoint;
    }

    private void observeFirstToken(BatchIntegrals.Entry begun, TokenUsage usage, RateBook rates) {
        double nanos = begun.atNanos() - batch.placed.atNanos();
        if (nanos <= 0) {
            return;
        }
        double cached =
                usage.cachedTokens() == TokenUsage.UNKNOWN ? batch.expected.cachedTokens() : usage.cachedTokens();
        double own = (begun.decodingNanos() - batch.placed.decodingNanos()) / nanos;
        double held = (begun.contextNanos() - batch.placed.contextNanos()) / nanos;
        double each = own > 0 ? held / own : usage.promptTokens();
        rates.observe(
                endpoint().hardware(),
                new Observation.FirstToken(
                        millis(nanos),
                        usage.promptTokens(),
                        Math.min(cached, usage.promptTokens()),
                        batch.ahead / 2,
                        own + batch.foreignAtStart,
                        held + batch.foreignAtStart * each));
    }

    private void observeDecode(
            BatchIntegrals.Entry from, double steps, TokenUsage usage, BatchIntegrals.Entry to, RateBook rates) {
        double nanos = to.atNanos() - from.atNanos();
        if (steps < FEWEST_STEPS || nanos <= 0) {
            return;
        }
        double running = (to.decodingNanos() - from.decodingNanos()) / nanos;
        Signals signals = endpoint().signals();
        double foreign =
                (batch.foreignAtStart + (signals == null ? batch.foreignAtStart : signals.requestsFromOthers())) / 2.0;
        double all = running + foreign;
        if (running <= 0 || foreign > MOST_FOREIGN * running) {
            return;
        }
        // The engine has said meanwhile how much context this request really had.
        double corrected = usage.promptTokens() + usage.completionTokens() / 2.0 - batch.expected.contextTokens();
        double context = Math.max(0, (to.contextNanos() - from.contextNanos()) / nanos + corrected);
        // Others' requests are taken to be like ours.
        double share = all / running;
        Observation.Decode decode = new Observation.Decode(
                millis(nanos),
                steps,
                all,
                context * share,
                (to.prefillTokens() - from.prefillTokens()) * share,
                (to.prefillSquares() - from.prefillSquares()) * share);
        BatchIntegrals.Prefill own = batch.expected.prefill();
        rates.observe(
                endpoint().hardware(),
                batch.streamed ? decode : new Observation.WholeAnswer(own.tokens(), own.squares(), decode));
    }

    /// The time that it would have taken at the full clock: rates belong to the hardware, not to its bad hours.
    private double millis(double nanos) {
        return nanos / NANOS_PER_MILLI / endpoint().slowness();
    }
}
