package dev.sluice.picker.tokenizing;

import dev.sluice.picker.memory.BodyBudget;
import dev.sluice.picker.time.Ticker;
import dev.sluice.picker.time.Timer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The threads that tokenize prompts: as many as there are processors, at most four.
public final class TokenizationThreads implements AutoCloseable {
    private static final int MOST_THREADS = 4;
    private static final int MOST_PROMPTS = 256;
    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor workers;

    public TokenizationThreads() {
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_THREADS);
        this.workers = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                // Of each prompt its task, and then perhaps its engine's answer.
                new ArrayBlockingQueue<>(2 * MOST_PROMPTS),
                Thread.ofPlatform().name("tokenize-", 1).daemon().factory());
        workers.allowCoreThreadTimeOut(true);
    }

    public Executor workers() {
        return workers;
    }

    public Tokenizers.TokenizerLimits limits(Timer timer, Ticker ticker, BodyBudget bodies) {
        return new Tokenizers.TokenizerLimits(workers, timer, ticker, MOST_PROMPTS, bodies);
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
