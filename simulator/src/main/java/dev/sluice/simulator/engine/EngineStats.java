package dev.sluice.simulator.engine;

/// The state and the counters of an engine at one moment.
public record EngineStats(
        int running,
        int waiting,
        CacheBlocks blocks,
        PrefixCacheStats prefixCache,
        long preemptions,
        long generatedTokens) {

    /// The blocks of the KV cache.
    ///
    /// @param free blocks that no sequence holds
    public record CacheBlocks(int free, int total) {}

    /// The prompt tokens that were looked up in the prefix cache, and those found there.
    public record PrefixCacheStats(long queries, long hits) {}

    /// The share of blocks in use, 0 to 1.
    public double kvUsage() {
        return 1.0 - (double) blocks.free() / blocks.total();
    }
}
