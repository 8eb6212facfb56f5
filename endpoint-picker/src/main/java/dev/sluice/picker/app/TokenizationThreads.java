package dev.sluice.picker.app;

import dev.sluice.picker.model.Ticker;
import dev.sluice.picker.model.Timer;
import dev.sluice.picker.prefix.Tokenizers;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The threads that tokenize prompts, and the one that minds their deadlines: in milliseconds, which the timer of
/// the requests does not know.
final class TokenizationThreads implements Timer, AutoCloseable {
    private static final int MOST_THREADS = 4;
    private static final int MOST_PROMPTS = 256;
    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor workers;
    private final ScheduledThreadPoolExecutor deadlines =
            new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory("tokenize-deadlines", true));

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
        deadlines.setRemoveOnCancelPolicy(true);
    }

    ThreadPoolExecutor workers() {
        return workers;
    }

    Tokenizers.Bounds bounds(Ticker ticker) {
        return new Tokenizers.Bounds(workers, this, ticker, MOST_PROMPTS);
    }

    @Override
    public Pending after(Duration delay, Runnable action) {
        Future<?> pending = deadlines.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> pending.cancel(false);
    }

    @Override
    public void close() {
        workers.shutdownNow();
        deadlines.shutdownNow();
    }
}
