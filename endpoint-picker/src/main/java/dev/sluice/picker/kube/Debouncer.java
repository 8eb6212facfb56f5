package dev.sluice.picker.kube;

import dev.sluice.process.Supervisor;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Answers many changes with few runs of one action: at once after a quiet time, then not more often than once per
/// gap, and always once more after the last change.
public final class Debouncer implements AutoCloseable {
    /// The name by which faults are counted.
    public static final String LOOP = "publication";

    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Supervisor supervisor;
    private final Runnable action;
    private final long gapNanos;
    private final AtomicBoolean pending = new AtomicBoolean();
    /// Changes after the end are ignored.
    private final ScheduledExecutorService thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("publication").daemon().factory(), new ThreadPoolExecutor.DiscardPolicy());
    private volatile long lastNanos;

    /// @param action after a fault it runs again with the next change, or after five seconds
    public Debouncer(Duration gap, Supervisor supervisor, Runnable action) {
        this.supervisor = supervisor;
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
        boolean sound = supervisor.run(LOOP, action);
        lastNanos = System.nanoTime();
        if (!sound) {
            var _ = thread.schedule(this::changed, RETRY.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
