package dev.sluice.picker.pool.signal;

/// The size and the use of an engine's KV cache, as last reported.
///
/// @param usage the used share, 0 to 1
/// @param capacityTokens the size in tokens, 0 when the engine did not report one
public record KvCache(double usage, long capacityTokens) {
    /// No KV cache is larger.
    public static final long MOST_TOKENS = 1_000_000_000_000L;

    /// The cache of an engine that does not report it.
    public static final KvCache UNREPORTED = new KvCache(0, 0);

    public KvCache {
        Signals.require(usage >= 0 && usage <= 1, "KV usage", usage);
        Signals.require(capacityTokens >= 0 && capacityTokens <= MOST_TOKENS, "KV capacity", capacityTokens);
    }

    /// The tokens in the used share.
    public double usedTokens() {
        return usage * capacityTokens;
    }
}
