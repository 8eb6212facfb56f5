package dev.sluice.simulator.engine;

/// The state and the counters of an engine at one moment.
///
/// @param prefixQueries prompt tokens looked up in the prefix cache
/// @param prefixHits prompt tokens found there
/// @param freeBlocks blocks that no sequence holds
public record EngineStats(
        int running,
        int waiting,
        int freeBlocks,
        int totalBlocks,
        long prefixQueries,
        long prefixHits,
        long preemptions,
        long generatedTokens) {

    /// The share of blocks in use, 0 to 1.
    public double kvUsage() {
        return 1.0 - (double) freeBlocks / totalBlocks;
    }
}
