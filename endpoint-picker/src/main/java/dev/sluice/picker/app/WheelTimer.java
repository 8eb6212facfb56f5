package dev.sluice.picker.app;

import dev.sluice.picker.time.Timer;
import dev.sluice.process.Supervisor;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// The timer of the requests: a hashed wheel, because nearly every deadline is cancelled and none needs precision.
final class WheelTimer implements Timer, AutoCloseable {
    private static final String LOOP = "deadlines";
    private static final long TICK_MILLIS = 100;

    private final HashedWheelTimer wheel =
            new HashedWheelTimer(new DefaultThreadFactory(LOOP, true), TICK_MILLIS, TimeUnit.MILLISECONDS);
    private final Supervisor supervisor;

    WheelTimer(Supervisor supervisor) {
        this.supervisor = supervisor;
    }

    /// A stopped timer runs nothing: what comes in while a picker ends goes with its connection.
    @Override
    public Pending after(Duration delay, Runnable action) {
        try {
            Timeout timeout =
                    wheel.newTimeout(_ -> supervisor.run(LOOP, action), delay.toMillis(), TimeUnit.MILLISECONDS);
            return timeout::cancel;
        } catch (IllegalStateException stopped) {
            return () -> {};
        }
    }

    @Override
    public void close() {
        wheel.stop();
    }
}
