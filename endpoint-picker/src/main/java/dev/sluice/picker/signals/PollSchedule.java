package dev.sluice.picker.signals;

import java.time.Duration;

/// When one endpoint is read: on a grid of the pool's interval, and on coarser ones while it fails.
///
/// Each endpoint's grid is shifted by a share of the period that is its own, so that a thousand of them are not
/// read at the same moment; the shares follow the golden ratio, which spreads any run of ordinals evenly.
final class PollSchedule {
    private static final long LONGEST_FAILURE_PAUSE = Duration.ofSeconds(1).toNanos();
    private static final double GOLDEN_RATIO = 0.618033988749895;

    private final double share;
    private long period;
    private long due;
    private boolean failing;

    PollSchedule(int ordinal, long now, Duration interval) {
        this.share = ordinal * GOLDEN_RATIO % 1;
        this.period = interval.toNanos();
        this.due = nextOnGrid(now);
    }

    boolean isDue(long now) {
        return now - due >= 0;
    }

    /// Whether the last read failed.
    boolean isFailing() {
        return failing;
    }

    /// A read that began at `began` has come to its end.
    void succeeded(long began, Duration interval) {
        failing = false;
        period = interval.toNanos();
        due = nextOnGrid(began);
    }

    /// A read that began at `began` has failed: the next ones are further and further away.
    void failed(long began, Duration interval) {
        failing = true;
        period = Math.max(interval.toNanos(), Math.min(2 * period, LONGEST_FAILURE_PAUSE));
        due = nextOnGrid(began);
    }

    private long nextOnGrid(long after) {
        return after + period - Math.floorMod(after - (long) (share * period), period);
    }
}
