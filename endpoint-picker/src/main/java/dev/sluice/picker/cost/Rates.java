package dev.sluice.picker.cost;

import static dev.sluice.picker.constants.RateConstants.MOST_PREFILLING;

/// The rates tell how fast one kind of hardware runs one model, by the two linear fits that match
/// measurements well, and how much prefills and decoding get in each other's way.
///
/// ```
/// prefill = p0 + (p1·(n−h) + p2·(n²−h²)/10⁶)·(1 + slowdown·batch)     n prompt tokens, h of them cached   [ms]
/// step    = d0 + d1·batch + d2·context/1000                           context: tokens of the whole batch  [ms]
/// ```
public record Rates(PrefillRates prefill, StepRates step, Contention contention) {
    /// The coefficients of a prefill's time.
    ///
    /// @param p0 milliseconds of any prefill
    /// @param p1 milliseconds of each token that is computed
    /// @param p2 milliseconds of each million pairs of tokens that attend to one another
    public record PrefillRates(double p0, double p1, double p2) {
        /// The arithmetic of prompts, where nothing else is computed.
        ///
        /// @param tokens n−h
        /// @param squares n²−h²
        double chunkMillis(double tokens, double squares) {
            return p1 * tokens + p2 * squares * 1e-6;
        }

        PrefillRates slowed(double slowness) {
            return new PrefillRates(p0 * slowness, p1 * slowness, p2 * slowness);
        }
    }

    /// The coefficients of a decoding step's time.
    ///
    /// @param d0 milliseconds of any step
    /// @param d1 milliseconds of each request in the batch
    /// @param d2 milliseconds of each thousand tokens of context
    public record StepRates(double d0, double d1, double d2) {
        double millis(double batch, double contextTokens) {
            return d0 + d1 * batch + d2 * contextTokens * 1e-3;
        }

        StepRates slowed(double slowness) {
            return new StepRates(d0 * slowness, d1 * slowness, d2 * slowness);
        }
    }

    /// The contention tells how much requests of one engine slow each other down.
    ///
    /// @param slowdown by how much each running request lengthens a prefill, as a share: 0 for engines that
    ///     compute a prompt in chunks which fill a step
    /// @param stall which share of a prefill's time the running requests lose: 1 for engines that compute
    ///     prompts between or within decoding steps, 0 where prompts are computed elsewhere
    public record Contention(double slowdown, double stall) {
        /// An engine with chunked prefill.
        public static final Contention CHUNKED = new Contention(0.0001, 1);
    }

    /// The rates of an engine with chunked prefill.
    public Rates(double p0, double p1, double p2, double d0, double d1, double d2) {
        this(new PrefillRates(p0, p1, p2), new StepRates(d0, d1, d2), Contention.CHUNKED);
    }

    /// The prefill of an idle engine.
    public double prefillMillis(double tokens, double cached) {
        return prefillMillis(tokens, cached, 0);
    }

    /// The prefill of an engine that decodes as many requests meanwhile.
    public double prefillMillis(double tokens, double cached, double batch) {
        double chunk = prefill.chunkMillis(tokens - cached, tokens * tokens - cached * cached);
        return prefill.p0() + chunk * (1 + contention.slowdown() * batch);
    }

    /// The time that each running request loses by the prefill of another one.
    public double stallMillis(double prefillMillis) {
        return contention.stall() * prefillMillis;
    }

    public double stepMillis(double batch, double contextTokens) {
        return step.millis(batch, contextTokens);
    }

    /// From one token of an answer to the next: prompts are computed between the steps.
    ///
    /// @param newTokensPerSecond of prompts that come there
    public double betweenTokensMillis(double batch, double contextTokens, double newTokensPerSecond) {
        double prefilling = Math.min(MOST_PREFILLING, newTokensPerSecond * contention.stall() * prefill.p1() * 1e-3);
        return stepMillis(batch, contextTokens) / (1 - prefilling);
    }

    /// The time that one more request with this much context adds to each step.
    public double marginalStepMillis(double contextTokens) {
        return step.d1() + step.d2() * contextTokens * 1e-3;
    }

    /// The same on an endpoint whose GPUs are held back, so that everything takes `slowness` times as long.
    public Rates slowed(double slowness) {
        return slowness == 1 ? this : new Rates(prefill.slowed(slowness), step.slowed(slowness), contention);
    }
}
