package dev.sluice.picker.signals.polling;

import dev.sluice.picker.settings.PoolSettings;
import java.time.Duration;

/// The poll times of one endpoint: a grid of the pool's interval while it has work, and coarser grids while it
/// is idle or cannot be polled. Example: with an interval of 50 ms an idle endpoint is polled after 100, 200
/// and 400 ms, then every 500 ms at a staleness of 2 s.
///
/// Work is what the engine reported last, or a request in flight of this picker. Requests in flight are looked
/// at on each tick, so a placement notifies nothing, and an idle endpoint is polled at the next tick after it.
///
/// Each endpoint's grid is shifted by its own share of the period, so that a thousand endpoints are not polled
/// at the same moment. The shares follow the golden ratio, which spreads any run of ordinals evenly.
public final class PollSchedule {
    private static final long LONGEST_PAUSE = Duration.ofSeconds(1).toNanos();

    /// Several polls of an idle endpoint may fail before its signals are stale.
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

    /// @param working whether a request of this picker is in flight there
    public boolean isDue(long now, boolean working) {
        return now - due >= 0 || (working && !failing && now - dueAtWork >= 0);
    }

    /// Whether the last poll failed.
    public boolean isFailing() {
        return failing;
    }

    /// A poll that began at `began` has succeeded.
    ///
    /// @param busy whether the endpoint has work, from any client
    public void succeeded(long began, PoolSettings settings, boolean busy) {
        long interval = settings.signals().polling().interval().toNanos();
        failing = false;
        period = busy || !settings.signals().polling().adaptive()
                ? interval
                : Math.max(interval, Math.min(2 * period, longestRest(settings)));
        plan(began, settings);
    }

    /// A poll that began at `began` has failed: the period doubles, up to a second.
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

    /// The shift of an endpoint's grid, as a share of the period.
    public static double share(int ordinal) {
        return ordinal * GOLDEN_RATIO % 1;
    }

    public static long nextOnGrid(long after, long period, double share) {
        return after + period - Math.floorMod(after - (long) (share * period), period);
    }
}
