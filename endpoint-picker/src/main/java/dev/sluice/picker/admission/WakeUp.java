package dev.sluice.picker.admission;

import dev.sluice.picker.admission.capacity.Saturation;
import dev.sluice.picker.time.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The next wake-up of a queue, should no signal come before: at most one is pending. Needs the queue's lock.
final class WakeUp {
    private static final long AFTER_FAULT_NANOS = Duration.ofMillis(100).toNanos();

    private final Timer timer;
    private final Runnable queue;
    private Timer.@Nullable Pending pending;

    /// @param queue wakes the queue
    WakeUp(Timer timer, Runnable queue) {
        this.timer = timer;
        this.queue = queue;
    }

    /// A dispatch failed, and perhaps no signal comes that has the queue dispatched again.
    void afterFault() {
        in(AFTER_FAULT_NANOS);
    }

    /// Replaces the pending wake-up; [Saturation#UNKNOWN] for none.
    void in(long nanos) {
        if (pending != null) {
            pending.cancel();
            pending = null;
        }
        if (nanos != Saturation.UNKNOWN) {
            pending = timer.after(Duration.ofNanos(nanos), queue);
        }
    }
}
