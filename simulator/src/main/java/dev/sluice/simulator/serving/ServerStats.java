package dev.sluice.simulator.serving;

/// What a server has done since it started, and what it is doing.
///
/// @param requests requests that reached the engine
/// @param aborted requests whose client went away
/// @param prefixQueries prompt tokens looked up in the prefix cache
/// @param prefixHits prompt tokens found there
/// @param busySeconds time in which a step was in progress
/// @param kvUsage share of the KV cache in use, 0 to 1
public record ServerStats(
        long requests,
        long aborted,
        int running,
        int waiting,
        double kvUsage,
        long prefixQueries,
        long prefixHits,
        long preemptions,
        long generatedTokens,
        double busySeconds) {}
