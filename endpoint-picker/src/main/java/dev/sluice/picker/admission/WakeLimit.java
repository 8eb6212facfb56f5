package dev.sluice.picker.admission;

import dev.sluice.picker.time.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Limits how often something is done, with bursts: the looks at a queue, the searches for requests to preempt.
///
/// A thousand engines that are read twenty times a second ask for 20,000 looks at a queue a second. A thousand
/// looks a second delay a dispatch by one millisecond at most, and a burst of 64 is not delayed. This is the
/// generic cell rate algorithm: it remembers when the next step is due if they come evenly. Thread-safe.
final class WakeLimit {
    private final Ticker ticker;
    private final long eachNanos;
    private final long burstNanos;
    private final AtomicLong due;

    /// @param each the time between two steps in the long run
    /// @param burst how many steps are not delayed after a pause
    WakeLimit(Ticker ticker, Duration each, int burst) {
        this.ticker = ticker;
        this.eachNanos = each.toNanos();
        this.burstNanos = burst * eachNanos;
        this.due = new AtomicLong(ticker.nanos());
    }

    /// The time until a step may be taken; 0 for now.
    long untilNext() {
        return Math.max(0, due.get() - ticker.nanos() - burstNanos);
    }

    /// Takes a step, where it may be now.
    ///
    /// @return 0, or after how many nanoseconds to ask again
    long take() {
        long now = ticker.nanos();
        while (true) {
            long last = due.get();
            long from = last - now > 0 ? last : now;
            long wait = from - now - burstNanos;
            if (wait > 0) {
                return wait;
            }
            if (due.compareAndSet(last, from + eachNanos)) {
                return 0;
            }
        }
    }
}
