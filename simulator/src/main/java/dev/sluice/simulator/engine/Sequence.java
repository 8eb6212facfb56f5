package dev.sluice.simulator.engine;

import org.jspecify.annotations.Nullable;

/// A request inside an engine: a prompt that becomes a given number of output tokens.
///
/// The engine alone changes it; times are those that the engine was told, in nanoseconds.
public final class Sequence {

    /// The state of a sequence on its way through the engine.
    public enum State {
        NEW,
        WAITING,
        RUNNING,
        FINISHED,
        ABORTED
    }

    private static final long NEVER = Long.MIN_VALUE;

    private final @Nullable String adapter;
    private final int promptTokens;
    private final int outputTokens;
    final BlockHashes chain;
    final BlockTable blocks = new BlockTable();

    State state = State.NEW;
    int computed;
    int generated;
    /// Tokens that the step in progress computes.
    int scheduled;

    int cachedTokens;
    int preemptions;
    long arrivedAt = NEVER;
    long scheduledAt = NEVER;
    long firstTokenAt = NEVER;
    long lastTokenAt = NEVER;
    long previousTokenAt = NEVER;

    /// @param adapter the LoRA adapter, or null for the base model
    /// @param outputTokens exactly as many are generated; 0 for an embedding, which ends with the prefill
    public Sequence(@Nullable String adapter, int promptTokens, int outputTokens, BlockHashes chain) {
        if (promptTokens < 1 || outputTokens < 0) {
            throw new IllegalArgumentException("promptTokens " + promptTokens + ", outputTokens " + outputTokens);
        }
        this.adapter = adapter;
        this.promptTokens = promptTokens;
        this.outputTokens = outputTokens;
        this.chain = chain;
    }

    public @Nullable String adapter() {
        return adapter;
    }

    public int promptTokens() {
        return promptTokens;
    }

    public int outputTokens() {
        return outputTokens;
    }

    public State state() {
        return state;
    }

    /// Output tokens so far.
    public int generated() {
        return generated;
    }

    /// Prompt tokens that were found in the prefix cache when the sequence first ran.
    public int cachedTokens() {
        return cachedTokens;
    }

    /// The number of times that it lost its blocks and had to begin again.
    public int preemptions() {
        return preemptions;
    }

    public long arrivedAt() {
        return arrivedAt;
    }

    public long scheduledAt() {
        return scheduledAt;
    }

    public long firstTokenAt() {
        return firstTokenAt;
    }

    public long lastTokenAt() {
        return lastTokenAt;
    }

    /// The time when the token before the last one was generated; meaningful once there are two.
    public long previousTokenAt() {
        return previousTokenAt;
    }

    int tokens() {
        return promptTokens + generated;
    }

    boolean wasScheduled() {
        return scheduledAt != NEVER;
    }

    /// The step in progress only adds one token to a finished prefill.
    boolean decoding() {
        return generated > 0 && scheduled == 1 && computed == tokens() - 1;
    }
}
