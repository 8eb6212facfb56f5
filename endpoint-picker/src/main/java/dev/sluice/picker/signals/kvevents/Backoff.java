package dev.sluice.picker.signals.kvevents;

import java.util.concurrent.TimeUnit;

/// The pause after a fault: 100 ms, then twice as long each time up to 10 s. After an attempt that worked for
/// more than 10 s it begins at 100 ms again.
final class Backoff {
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);

    private long pause = FIRST_NANOS;

    /// @param workedNanos how long the failed attempt had worked
    long next(long workedNanos) {
        long now = workedNanos > LONGEST_NANOS ? FIRST_NANOS : pause;
        pause = Math.min(2 * now, LONGEST_NANOS);
        return now;
    }
}
