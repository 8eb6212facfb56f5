package dev.sluice.operator.translate;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a task on a thread of its own, some time after the first of any number of requests for it. Requests that come
/// while it runs make it run once more.
public final class Debouncer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Debouncer.class);

    private final Duration delay;
    private final Runnable task;
    private final AtomicBoolean pending = new AtomicBoolean();
    private final ScheduledExecutorService thread;

    public Debouncer(String name, Duration delay, Runnable task) {
        this.delay = delay;
        this.task = task;
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }

    public void request() {
        if (pending.compareAndSet(false, true)) {
            schedule(delay, () -> {
                pending.set(false);
                runSafely();
            });
        }
    }

    /// Requests the task after that time too.
    public void requestAfter(Duration time) {
        schedule(time, this::request);
    }

    private void schedule(Duration time, Runnable action) {
        try {
            var _ = thread.schedule(action, time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            // Closed: nobody needs it any more.
        }
    }

    private void runSafely() {
        try {
            task.run();
        } catch (RuntimeException fault) {
            LOG.atError().setCause(fault).log("A change was not taken over; the state before it stays in force");
        }
    }

    /// Runs no more; waits for a run that goes on.
    @Override
    public void close() {
        thread.shutdownNow();
        thread.close();
    }
}
