package dev.sluice.picker.cost;

/// How fast one kind of hardware runs one model, as the two lines that fit measurements well.
///
/// ```
/// prefill = p0 + p1·(n−h) + p2·(n²−h²)/10⁶                    n prompt tokens, h of them cached   [ms]
/// step    = d0 + d1·batch + d2·context/1000                   context: tokens of the whole batch  [ms]
/// ```
public record Rates(double p0, double p1, double p2, double d0, double d1, double d2) {
    /// Of the time between two tokens. Where prompts would take more they wait, and that is seen elsewhere.
    private static final double MOST_PREFILLING = 0.8;

    public double prefillMillis(double tokens, double cached) {
        return p0 + p1 * (tokens - cached) + p2 * (tokens * tokens - cached * cached) * 1e-6;
    }

    public double stepMillis(double batch, double contextTokens) {
        return d0 + d1 * batch + d2 * contextTokens * 1e-3;
    }

    /// From one token of an answer to the next: prompts are computed between the steps.
    ///
    /// @param newTokensPerSecond of prompts that come there
    public double betweenTokensMillis(double batch, double contextTokens, double newTokensPerSecond) {
        double prefilling = Math.min(MOST_PREFILLING, newTokensPerSecond * p1 * 1e-3);
        return stepMillis(batch, contextTokens) / (1 - prefilling);
    }

    /// What one more request with this much context adds to each step.
    public double marginalStepMillis(double contextTokens) {
        return d1 + d2 * contextTokens * 1e-3;
    }

    /// The same on an endpoint whose GPUs are held back, so that everything takes `slowness` times as long.
    public Rates slowed(double slowness) {
        return slowness == 1
                ? this
                : new Rates(p0 * slowness, p1 * slowness, p2 * slowness, d0 * slowness, d1 * slowness, d2 * slowness);
    }
}
