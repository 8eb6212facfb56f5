package dev.sluice.simulator.engine;

/// The limits of an engine's scheduler, under vLLM's names.
///
/// @param maxNumSeqs sequences that run at once
/// @param maxNumBatchedTokens tokens computed in one step
/// @param maxModelLen longest prompt and output together, in tokens
public record SchedulerConfig(int maxNumSeqs, int maxNumBatchedTokens, int maxModelLen) {

    public SchedulerConfig {
        if (maxNumSeqs < 1 || maxNumBatchedTokens < 1 || maxModelLen < 1) {
            throw new IllegalArgumentException("not positive: maxNumSeqs " + maxNumSeqs + ", maxNumBatchedTokens "
                    + maxNumBatchedTokens + ", maxModelLen " + maxModelLen);
        }
    }

    SchedulerConfig withMaxNumSeqs(int value) {
        return new SchedulerConfig(value, maxNumBatchedTokens, maxModelLen);
    }

    SchedulerConfig withMaxNumBatchedTokens(int value) {
        return new SchedulerConfig(maxNumSeqs, value, maxModelLen);
    }

    SchedulerConfig withMaxModelLen(int value) {
        return new SchedulerConfig(maxNumSeqs, maxNumBatchedTokens, value);
    }
}
