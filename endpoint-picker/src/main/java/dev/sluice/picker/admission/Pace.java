package dev.sluice.picker.admission;

import java.time.Duration;

/// How fast a pool takes requests in and lets them go, as lately.
final class Pace {
    /// How strongly one measured time moves a mean.
    private static final int MEAN_SHIFT = 3;

    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofMinutes(5);

    /// Written without care for others that write: it is a mean.
    private volatile long residenceNanos;
    /// The mean time between two that go while others wait; with the line's lock, as what follows.
    private long gapNanos;
    private long wentNanos;

    /// The mean time from placement to end, 0 when none has ended.
    long residenceNanos() {
        return residenceNanos;
    }

    /// A request left its endpoint after this time.
    void left(long nanos) {
        long mean = residenceNanos;
        residenceNanos = mean == 0 ? nanos : mean + ((nanos - mean) >> MEAN_SHIFT);
    }

    /// One that waited goes now.
    void went(long now, boolean othersWait) {
        if (wentNanos != 0 && othersWait) {
            gapNanos = gapNanos == 0 ? now - wentNanos : gapNanos + ((now - wentNanos - gapNanos) >> MEAN_SHIFT);
        }
        wentNanos = othersWait ? now : 0;
    }

    /// How long it takes until so many have gone, as predicted; 0 where nothing is known.
    long nanosUntil(int ahead) {
        return gapNanos * ahead;
    }

    /// When so many are predicted to have gone: what a client is told, not less than a second nor more than it would
    /// wait for.
    Duration until(int ahead) {
        long each = gapNanos > 0 ? gapNanos : residenceNanos;
        Duration predicted = Duration.ofNanos(each).multipliedBy(ahead + 1L);
        Duration least = predicted.compareTo(LEAST) < 0 ? LEAST : predicted;
        return least.compareTo(MOST) > 0 ? MOST : least;
    }
}
