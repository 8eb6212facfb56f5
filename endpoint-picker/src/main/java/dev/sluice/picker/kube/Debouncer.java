package dev.sluice.picker.kube;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers many changes with few runs of one action: at once after a quiet time, then not more often than once per
/// gap, and always once more after the last change.
public final class Debouncer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Debouncer.class);

    private final Runnable action;
    private final long gapNanos;
    private final AtomicBoolean pending = new AtomicBoolean();
    /// Changes after the end are ignored.
    private final ScheduledExecutorService thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("publication").daemon().factory(), new ThreadPoolExecutor.DiscardPolicy());
    private volatile long lastNanos;

    /// @param action a failure of it is logged, and it runs again with the next change
    public Debouncer(Duration gap, Runnable action) {
        this.gapNanos = gap.toNanos();
        this.action = action;
        this.lastNanos = System.nanoTime() - gapNanos;
    }

    /// Something has changed; never blocks.
    public void changed() {
        if (pending.compareAndSet(false, true)) {
            long wait = Math.max(0, lastNanos + gapNanos - System.nanoTime());
            var _ = thread.schedule(this::run, wait, TimeUnit.NANOSECONDS);
        }
    }

    private void run() {
        // First, so that a change during the action leads to another run.
        pending.set(false);
        try {
            action.run();
        } catch (RuntimeException failure) {
            LOG.atError()
                    .setCause(failure)
                    .log("A change of the resources was not taken over; the state before it stays in force");
        } finally {
            lastNanos = System.nanoTime();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
