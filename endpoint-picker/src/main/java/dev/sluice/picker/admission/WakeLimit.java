package dev.sluice.picker.admission;

import dev.sluice.picker.time.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Limits how often a queue is looked at: each look at a saturated pool looks at every endpoint, and every
/// engine's page, end and first token asks for one.
///
/// A thousand engines that are read twenty times a second ask for 20,000 looks a second. A thousand looks a
/// second delay a dispatch by one millisecond at most, and a burst of 64 is not delayed. This is the
/// generic cell rate algorithm: it remembers when the next look is due if they come evenly. Thread-safe.
final class WakeLimit {
    private static final long EACH_NANOS = Duration.ofMillis(1).toNanos();
    private static final long BURST_NANOS = 64 * EACH_NANOS;

    private final Ticker ticker;
    private final AtomicLong due;

    WakeLimit(Ticker ticker) {
        this.ticker = ticker;
        this.due = new AtomicLong(ticker.nanos());
    }

    /// Takes a look, where it may be now.
    ///
    /// @return 0, or after how many nanoseconds to ask again
    long take() {
        long now = ticker.nanos();
        while (true) {
            long last = due.get();
            long from = last - now > 0 ? last : now;
            long wait = from - now - BURST_NANOS;
            if (wait > 0) {
                return wait;
            }
            if (due.compareAndSet(last, from + EACH_NANOS)) {
                return 0;
            }
        }
    }
}
