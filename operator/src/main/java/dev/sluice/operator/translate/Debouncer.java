package dev.sluice.operator.translate;

import dev.sluice.process.Supervisor;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Runs a task on a thread of its own, some time after the first of any number of requests for it. Requests that come
/// while it runs make it run once more.
public final class Debouncer implements AutoCloseable {

    /// Until a task that had a fault is run again, should nobody request it before.
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final String name;
    private final Supervisor supervisor;
    private final Duration delay;
    private final Runnable task;
    private final AtomicBoolean pending = new AtomicBoolean();
    private final ScheduledExecutorService thread;

    /// @param name of the thread, and of the loop that the supervisor counts faults by
    public Debouncer(String name, Duration delay, Supervisor supervisor, Runnable task) {
        this.name = name;
        this.supervisor = supervisor;
        this.delay = delay;
        this.task = task;
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }

    public void request() {
        if (pending.compareAndSet(false, true)) {
            schedule(delay, () -> {
                pending.set(false);
                if (!supervisor.run(name, task)) {
                    requestAfter(RETRY);
                }
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

    /// Runs no more; waits for a run that goes on.
    @Override
    public void close() {
        thread.shutdownNow();
        thread.close();
    }
}
