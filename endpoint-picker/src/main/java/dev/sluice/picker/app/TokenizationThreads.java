package dev.sluice.picker.app;

import dev.sluice.picker.model.Ticker;
import dev.sluice.picker.model.Timer;
import dev.sluice.picker.prefix.Tokenizers;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The threads that tokenize prompts.
final class TokenizationThreads implements AutoCloseable {
    private static final int MOST_THREADS = 4;
    private static final int MOST_PROMPTS = 256;
    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor workers;

    TokenizationThreads() {
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_THREADS);
        this.workers = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory("tokenize", true));
        workers.allowCoreThreadTimeOut(true);
    }

    ThreadPoolExecutor workers() {
        return workers;
    }

    Tokenizers.TokenizerLimits bounds(Timer timer, Ticker ticker) {
        return new Tokenizers.TokenizerLimits(workers, timer, ticker, MOST_PROMPTS);
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
