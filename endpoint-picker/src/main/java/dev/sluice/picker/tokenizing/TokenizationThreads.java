package dev.sluice.picker.tokenizing;

import dev.sluice.picker.time.Ticker;
import dev.sluice.picker.time.Timer;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
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
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("tokenize-", 1).daemon().factory());
        workers.allowCoreThreadTimeOut(true);
    }

    public Executor workers() {
        return workers;
    }

    public Tokenizers.TokenizerLimits limits(Timer timer, Ticker ticker) {
        return new Tokenizers.TokenizerLimits(workers, timer, ticker, MOST_PROMPTS);
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
