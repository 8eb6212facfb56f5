package dev.sluice.picker.app;

import dev.sluice.picker.time.Timer;
import dev.sluice.process.Supervisor;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// A timer for few deadlines that count in milliseconds, which [WheelTimer] does not know. Its thread sleeps until the
/// next of them, and runs only what is short.
final class PreciseTimer implements Timer, AutoCloseable {
    private static final String LOOP = "precise-deadlines";

    private final ScheduledThreadPoolExecutor deadlines =
            new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory(LOOP, true));
    private final Supervisor supervisor;

    PreciseTimer(Supervisor supervisor) {
        this.supervisor = supervisor;
        deadlines.setRemoveOnCancelPolicy(true);
    }

    /// A stopped timer runs nothing.
    @Override
    public Pending after(Duration delay, Runnable action) {
        try {
            Future<?> pending =
                    deadlines.schedule(() -> supervisor.run(LOOP, action), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> pending.cancel(false);
        } catch (RejectedExecutionException stopped) {
            return () -> {};
        }
    }

    @Override
    public void close() {
        deadlines.shutdownNow();
    }
}
