package dev.sluice.picker.signals.polling;

import dev.sluice.picker.settings.PoolSettings;
import java.time.Duration;

/// When one endpoint is read: on a grid of the pool's interval while it has work, and on coarser ones while it
/// has none or cannot be read.
///
/// Work is what the engine said of itself last, or a request of ours that is there now. The second is looked at
/// whenever somebody asks what is due, so a placement needs to tell nobody and is never missed: an endpoint that
/// was resting is read at the next look.
///
/// Each endpoint's grid is shifted by a share of the period that is its own, so that a thousand of them are not
/// read at the same moment; the shares follow the golden ratio, which spreads any run of ordinals evenly.
public final class PollSchedule {
    private static final long LONGEST_PAUSE = Duration.ofSeconds(1).toNanos();

    /// Several reads of a resting endpoint may fail before its signals are stale.
    private static final int RESTS_PER_STALENESS = 4;

    private static final double GOLDEN_RATIO = 0.618033988749895;

    private final double share;
    private long period;
    private long due;
    private long dueAtWork;
    private boolean failing;

    public PollSchedule(int ordinal, long now, PoolSettings settings) {
        this.share = share(ordinal);
        this.period = settings.signals().polling().interval().toNanos();
        plan(now, settings);
    }

    /// @param working whether a request of ours is there
    public boolean isDue(long now, boolean working) {
        return now - due >= 0 || (working && !failing && now - dueAtWork >= 0);
    }

    /// Whether the last read failed.
    public boolean isFailing() {
        return failing;
    }

    /// A read that began at `began` has come to its end.
    ///
    /// @param busy whether there is work, whoever sent it
    public void succeeded(long began, PoolSettings settings, boolean busy) {
        long interval = settings.signals().polling().interval().toNanos();
        failing = false;
        period = busy || !settings.signals().polling().adaptive()
                ? interval
                : Math.max(interval, Math.min(2 * period, longestRest(settings)));
        plan(began, settings);
    }

    /// A read that began at `began` has failed: the next ones are further and further away.
    public void failed(long began, PoolSettings settings) {
        failing = true;
        period = Math.max(settings.signals().polling().interval().toNanos(), Math.min(2 * period, LONGEST_PAUSE));
        plan(began, settings);
    }

    private static long longestRest(PoolSettings settings) {
        return Math.min(LONGEST_PAUSE, settings.signals().polling().staleness().toNanos() / RESTS_PER_STALENESS);
    }

    private void plan(long began, PoolSettings settings) {
        due = nextOnGrid(began, period, share);
        dueAtWork = nextOnGrid(began, settings.signals().polling().interval().toNanos(), share);
    }

    /// By how much of a period an endpoint's grid is shifted.
    public static double share(int ordinal) {
        return ordinal * GOLDEN_RATIO % 1;
    }

    public static long nextOnGrid(long after, long period, double share) {
        return after + period - Math.floorMod(after - (long) (share * period), period);
    }
}
