package dev.sluice.lab.fleet;

import dev.sluice.simulator.engine.BlockHashes;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.EngineStats;
import dev.sluice.simulator.engine.Sequence;

/// An engine in virtual time, on a GPU that is not exactly as fast as published: each server is a few per
/// cent faster or slower, and each step varies.
public interface Server {
    int number();

    EngineConfig config();

    void submit(Sequence sequence);

    /// The gauges of its metrics page now.
    ///
    /// @param adapters whether anybody asks for adapters here
    Gauges gauges(boolean adapters);

    EngineStats stats();

    /// The time that it has computed so far.
    long busyNanos();

    /// Tokens at the beginning of a prompt that are in its cache: the truth, which no picker sees.
    int cachedTokens(BlockHashes chain, int promptTokens);

    /// Tokens that it could take up before something cached must go: the truth as well.
    int emptyTokens();

    /// Its kernel times in multiples of the published ones: the truth, too.
    double slowness();

    /// The time when it could next begin something: when the step in progress ends, or now.
    long freeAt();

    /// Prompt and answer are together no longer than its model's context; it turns others away.
    default boolean takes(int promptTokens, int outputTokens) {
        return (long) promptTokens + outputTokens <= config().scheduler().maxModelLen();
    }

    /// Told of what its requests reach.
    interface Listener {
        void firstToken(Sequence sequence);

        void finished(Sequence sequence);
    }
}
