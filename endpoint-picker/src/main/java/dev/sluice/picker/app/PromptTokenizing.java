package dev.sluice.picker.app;

import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.telemetry.Meters;
import dev.sluice.picker.tokenizing.TokenizationThreads;
import dev.sluice.picker.tokenizing.TokenizeClient;
import dev.sluice.picker.tokenizing.Tokenizers;
import java.util.Locale;

/// The tokenizers of prompts, their threads, and their client of engines.
record PromptTokenizing(TokenizationThreads threads, TokenizeClient client, Tokenizers tokenizers)
        implements AutoCloseable {
    static PromptTokenizing start(Pools pools, Meters meters, Timers timers) {
        TokenizationThreads threads = new TokenizationThreads();
        TokenizeClient client = new TokenizeClient(pools, threads.workers());
        Tokenizers tokenizers = new Tokenizers(
                client,
                threads.limits(timers.precise(), timers.ticker()),
                (pool, result, nanos) -> meters.tokenized(pool, result.name().toLowerCase(Locale.ROOT), nanos));
        return new PromptTokenizing(threads, client, tokenizers);
    }

    @Override
    public void close() {
        client.close();
        threads.close();
    }
}
