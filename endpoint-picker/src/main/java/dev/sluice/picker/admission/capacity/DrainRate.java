package dev.sluice.picker.admission.capacity;

import java.time.Duration;

/// The recent rate at which a pool's queue drains and requests end.
public final class DrainRate {
    /// The weight of a measured time in a mean, as a shift.
    private static final int MEAN_SHIFT = 3;

    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofMinutes(5);

    /// Written without care for others that write: it is a mean.
    private volatile long residenceNanos;
    /// The mean time between two dispatches while others wait. Needs the queue's lock, as the fields below.
    private long gapNanos;
    private long wentNanos;

    /// The mean time from placement to end, 0 when none has ended.
    public long residenceNanos() {
        return residenceNanos;
    }

    /// A request left its endpoint after this time.
    public void left(long nanos) {
        long mean = residenceNanos;
        residenceNanos = mean == 0 ? nanos : mean + ((nanos - mean) >> MEAN_SHIFT);
    }

    /// A queued request is dispatched.
    public void went(long now, boolean othersWait) {
        if (wentNanos != 0 && othersWait) {
            gapNanos = gapNanos == 0 ? now - wentNanos : gapNanos + ((now - wentNanos - gapNanos) >> MEAN_SHIFT);
        }
        wentNanos = othersWait ? now : 0;
    }

    /// The predicted time until as many requests are dispatched; 0 where nothing is known.
    public long nanosUntil(int ahead) {
        return gapNanos * ahead;
    }

    /// The Retry-After of a client with so many requests ahead: the predicted time until they have gone, at
    /// least a second and at most five minutes.
    public Duration until(int ahead) {
        long each = gapNanos > 0 ? gapNanos : residenceNanos;
        Duration predicted = Duration.ofNanos(each).multipliedBy(ahead + 1L);
        Duration least = predicted.compareTo(LEAST) < 0 ? LEAST : predicted;
        return least.compareTo(MOST) > 0 ? MOST : least;
    }
}
