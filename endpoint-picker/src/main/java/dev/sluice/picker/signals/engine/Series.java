package dev.sluice.picker.signals.engine;

import dev.sluice.picker.pool.Adapters;

/// What one series of an engine's page means, whatever the engine calls it.
sealed interface Series {
    /// Requests in the queue.
    record WaitingSeries() implements Series {}

    /// Requests in the batch.
    record Running() implements Series {}

    /// The used share of the KV cache, 0 to 1.
    record KvUsage() implements Series {}

    /// A page's labels alone tell the size of the KV cache.
    record KvCapacity(double tokens) implements Series {}

    /// How many blocks the KV cache has.
    record KvBlocks() implements Series {}

    /// How many tokens one of them holds.
    record KvBlockTokens() implements Series {}

    /// The value is the time at which the labels were true.
    record Lora(Adapters adapters) implements Series {}

    record FirstTokenBucket(double bound, String model) implements Series {}

    record FirstTokenSum() implements Series {}

    /// Requests since the server's start.
    record Requests() implements Series {}

    /// What the engine has counted since its start.
    record Total(CounterSeries what) implements Series {}

    /// What is counted. Engines that have two names for the time between tokens print the same under both.
    enum CounterSeries {
        PROMPTS,
        PROMPT_TOKENS,
        GENERATED_TOKENS,
        STEP_SECONDS,
        STEPS,
        FORMERLY_STEP_SECONDS,
        FORMERLY_STEPS
    }

    /// Of a wanted family, but not wanted.
    record IgnoredSeries() implements Series {}
}
