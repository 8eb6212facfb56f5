package dev.sluice.picker.signals.engine;

import dev.sluice.picker.pool.signal.Adapters;

/// The meaning of a series, common to all engines' names for it.
sealed interface Series {
    /// Requests in the queue.
    record WaitingSeries() implements Series {}

    /// Requests in the batch.
    record Running() implements Series {}

    /// The used share of the KV cache, 0 to 1.
    record KvUsage() implements Series {}

    /// The size of the KV cache, which stands in the series' labels.
    ///
    /// @param ofAllRanks each rank of a data-parallel server prints the sum over all of them
    record KvCapacity(double tokens, boolean ofAllRanks) implements Series {}

    /// Blocks of the KV cache.
    record KvBlocks() implements Series {}

    /// Tokens of a block.
    record KvBlockTokens() implements Series {}

    /// Adapters, which stand in the labels; the value is the labels' timestamp.
    record Lora(Adapters adapters) implements Series {}

    record FirstTokenBucket(double bound, String model) implements Series {}

    record FirstTokenSum() implements Series {}

    /// A bucket of the histogram of tokens for each step.
    record StepTokensBucket(double bound) implements Series {}

    /// Requests since the server's start.
    record Requests() implements Series {}

    /// A counter since the engine's start.
    record Total(CounterSeries what) implements Series {}

    /// Counters. vLLM prints the time between tokens under an old and a new name, with equal values.
    enum CounterSeries {
        PROMPTS,
        PROMPT_TOKENS,
        GENERATED_TOKENS,
        STEP_SECONDS,
        STEPS,
        OLD_STEP_SECONDS,
        OLD_STEPS
    }

    /// A series of a wanted family that is not used.
    record IgnoredSeries() implements Series {}
}
