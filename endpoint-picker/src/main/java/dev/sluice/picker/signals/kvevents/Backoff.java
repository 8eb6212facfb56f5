package dev.sluice.picker.signals.kvevents;

import java.util.concurrent.TimeUnit;

/// How long to pause after a fault before the next attempt: longer each time, until an attempt has worked for a while.
final class Backoff {
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);

    private long pause = FIRST_NANOS;

    /// @param workedNanos for how long the attempt worked that has failed now
    long next(long workedNanos) {
        long now = workedNanos > LONGEST_NANOS ? FIRST_NANOS : pause;
        pause = Math.min(2 * now, LONGEST_NANOS);
        return now;
    }
}
