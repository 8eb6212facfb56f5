package dev.sluice.picker.admission.capacity;

import java.time.Duration;

/// Hysteresis of spilling: requests that a less preferred pool could serve stay away from a pool from the moment
/// it is full until it has had ample capacity for five seconds.
///
/// Without the two thresholds and the delay a pool at its limit would win and lose its overflow with each request
/// that ends. Thread-safe; two threads at once may both see the earlier state.
final class Overflow {
    static final long CALM_NANOS = Duration.ofSeconds(5).toNanos();

    private static final long NONE = Long.MIN_VALUE;
    private static final long RESTLESS = Long.MAX_VALUE;

    /// Since when capacity has been ample, or one of the two values above: no spilling, or spilling without ample
    /// capacity.
    private volatile long calmSince = NONE;

    /// The capacity of a pool.
    enum Occupancy {
        FULL,
        SOME,
        PLENTY
    }

    /// The pool takes a request that has another pool to go to.
    boolean takes(Occupancy capacity, long now) {
        long since = calmSince;
        long next = switch (capacity) {
            case FULL -> RESTLESS;
            case SOME -> since == NONE ? NONE : RESTLESS;
            case PLENTY -> plenty(since, now);
        };
        if (next != since) {
            calmSince = next;
        }
        return next == NONE;
    }

    private static long plenty(long since, long now) {
        if (since == RESTLESS) {
            return now;
        }
        return since == NONE || now - since >= CALM_NANOS ? NONE : since;
    }
}
