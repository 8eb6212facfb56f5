package dev.sluice.simulator.engine;

/// Kernel time of one accelerator and model, in milliseconds, fitted to published measurements.
///
/// Prefill of tokens h+1 to n costs `p0 + p1·(n−h) + p2·(n²−h²)/10⁶`; a decode step of `b` sequences with `c` tokens
/// of context in all costs `d0 + d1·b + d2·c/1000`.
public record Fit(double p0, double p1, double p2, double d0, double d1, double d2) {

    /// Computing the tokens from `from` (exclusive) to `to` of one prompt, without the constant `p0`.
    public double chunkMillis(long from, long to) {
        return p1 * (to - from) + p2 * ((double) to * to - (double) from * from) / 1e6;
    }

    /// A lone prefill of `tokens`, of which the first `cached` are in the cache.
    public double prefillMillis(long tokens, long cached) {
        return p0 + chunkMillis(cached, tokens);
    }

    /// The time of a batch's decode step.
    public double decodeMillis(int batch, long contextTokens) {
        return d0 + d1 * batch + d2 * contextTokens / 1000;
    }
}
