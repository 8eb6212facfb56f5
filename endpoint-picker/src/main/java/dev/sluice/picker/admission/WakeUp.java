package dev.sluice.picker.admission;

import dev.sluice.picker.admission.capacity.Saturation;
import dev.sluice.picker.time.Ticker;
import dev.sluice.picker.time.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The next wake-up of a queue, should no signal come before: at most one is pending. Needs the queue's lock.
final class WakeUp {
    private static final long AFTER_FAULT_NANOS = Duration.ofMillis(100).toNanos();

    private final Ticker ticker;
    private final Timer timer;
    private final Runnable queue;
    private Timer.@Nullable Pending pending;
    private long dueNanos;

    /// @param queue wakes the queue
    WakeUp(Execution execution, Runnable queue) {
        this.ticker = execution.ticker();
        this.timer = execution.timer();
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
            dueNanos = ticker.nanos() + nanos;
            pending = timer.after(Duration.ofNanos(nanos), queue);
        }
    }

    /// Has the queue woken then, unless a wake-up that is pending comes before.
    void within(long nanos) {
        if (pending == null || dueNanos - ticker.nanos() - nanos > 0) {
            in(nanos);
        }
    }
}
