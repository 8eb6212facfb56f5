package dev.sluice.picker.admission;

import java.time.Duration;

/// Whether requests that another pool could serve as well leave a pool to itself: from when it has no room,
/// until it has had plenty for a while.
///
/// Without the two marks and the while a pool at its limit would get and lose the overflow with each request that ends
/// there. Any thread may ask; two at once may both see the state of before.
final class Overflow {
    static final long CALM_NANOS = Duration.ofSeconds(5).toNanos();

    private static final long NONE = Long.MIN_VALUE;
    private static final long RESTLESS = Long.MAX_VALUE;

    /// Since when there has been plenty of room, or one of the two values above: nothing overflows, or it does
    /// and there is no plenty.
    private volatile long calmSince = NONE;

    /// What is seen of a pool.
    enum Room {
        NOT_ANY,
        SOME,
        PLENTY
    }

    /// Whether the pool takes a request that has another pool to go to.
    boolean takes(Room room, long now) {
        long since = calmSince;
        long next = switch (room) {
            case NOT_ANY -> RESTLESS;
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
