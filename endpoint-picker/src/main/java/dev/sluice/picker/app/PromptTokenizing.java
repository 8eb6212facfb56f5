package dev.sluice.picker.app;

import dev.sluice.picker.http.EventLoopThread;
import dev.sluice.picker.http.HttpClient;
import dev.sluice.picker.http.TlsTrust;
import dev.sluice.picker.memory.BodyBudget;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.telemetry.Meters;
import dev.sluice.picker.tokenizing.TokenizationThreads;
import dev.sluice.picker.tokenizing.TokenizeClient;
import dev.sluice.picker.tokenizing.Tokenizers;
import dev.sluice.process.Supervisor;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Locale;

/// The tokenizers of prompts, their threads, and their client of engines.
record PromptTokenizing(TokenizationThreads threads, EventLoopThread loop, Tokenizers tokenizers)
        implements AutoCloseable {
    static PromptTokenizing start(Pools pools, Meters meters, Timers timers, BodyBudget bodies)
            throws IOException, GeneralSecurityException {
        TokenizationThreads threads = new TokenizationThreads();
        Supervisor supervisor = new Supervisor(meters.loops()::fault);
        EventLoopThread loop = new EventLoopThread("tokenize-http", supervisor);
        TokenizeClient client = new TokenizeClient(pools, new HttpClient(loop, TlsTrust.of(null)), threads.workers());
        Tokenizers tokenizers = new Tokenizers(
                client,
                threads.limits(timers.precise(), timers.ticker(), bodies),
                (pool, result, nanos) -> meters.tokenized(pool, result.name().toLowerCase(Locale.ROOT), nanos),
                supervisor);
        return new PromptTokenizing(threads, loop, tokenizers);
    }

    @Override
    public void close() {
        loop.close();
        threads.close();
    }
}
