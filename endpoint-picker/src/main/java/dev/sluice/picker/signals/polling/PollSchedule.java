package dev.sluice.picker.signals.polling;

import dev.sluice.picker.settings.PoolSettings;
import java.time.Duration;

/// The poll times of one endpoint: a grid of the pool's interval while it has work, and coarser grids while it
/// is idle, cannot be polled or takes long to answer. Example: with an interval of 50 ms an idle endpoint is
/// polled after 100, 200 and 400 ms, then every 500 ms at a staleness of 2 s.
///
/// An engine makes its page on the thread that also writes its streams, so a page may take at most a twentieth of
/// the interval. Example: a page of 7 ms is polled every 200 ms, as 50 and 100 ms are less than 140.
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

    /// Intervals are at least as many times as long as the engine needs for its page.
    private static final int INTERVALS_PER_PAGE = 20;

    /// The weight of a poll that took longer than the page is known to take: the engine may have been busy.
    private static final double LONGER_WEIGHT = 1.0 / 16;

    private static final double GOLDEN_RATIO = 0.618033988749895;

    private final double share;
    /// The time that the engine needs for its page: nearly the shortest of the last polls.
    private double pageNanos = Double.POSITIVE_INFINITY;

    private long period;
    private long due;
    private long dueAtWork;
    private boolean failing;

    public PollSchedule(int ordinal, long now, PoolSettings settings) {
        this.share = share(ordinal);
        this.period = interval(settings);
        plan(now, settings);
    }

    /// @param working whether a request of this picker is in flight there
    public boolean isDue(long now, boolean working) {
        return now - due >= 0 || (working && !failing && now - dueAtWork >= 0);
    }

    /// The last poll failed.
    public boolean isFailing() {
        return failing;
    }

    /// A poll that began at `began` and ended at `ended` has succeeded.
    ///
    /// @param busy whether the endpoint has work, from any client
    public void succeeded(long began, long ended, PoolSettings settings, boolean busy) {
        long took = ended - began;
        pageNanos = took < pageNanos ? took : pageNanos + (took - pageNanos) * LONGER_WEIGHT;
        rest(began, settings, busy);
    }

    /// No poll was needed at `now`, because the signals come from elsewhere.
    public void skipped(long now, PoolSettings settings) {
        rest(now, settings, false);
    }

    private void rest(long began, PoolSettings settings, boolean busy) {
        long interval = intervalAtWork(settings);
        failing = false;
        period = busy || !settings.signals().polling().adaptive()
                ? interval
                : Math.max(interval, Math.min(2 * period, longestRest(settings)));
        plan(began, settings);
    }

    /// A poll that began at `began` has failed: the period doubles, up to a second.
    public void failed(long began, PoolSettings settings) {
        failing = true;
        period = Math.max(interval(settings), Math.min(2 * period, LONGEST_PAUSE));
        plan(began, settings);
    }

    private static long longestRest(PoolSettings settings) {
        return Math.min(LONGEST_PAUSE, settings.signals().polling().staleness().toNanos() / RESTS_PER_STALENESS);
    }

    /// The pool's interval, doubled until the page takes little of it, so that one grid holds the next.
    private long intervalAtWork(PoolSettings settings) {
        long interval = interval(settings);
        if (!settings.signals().polling().adaptive() || pageNanos == Double.POSITIVE_INFINITY) {
            return interval;
        }
        long longest = longestRest(settings);
        long wanted = interval;
        while (wanted < INTERVALS_PER_PAGE * pageNanos && wanted < longest) {
            wanted *= 2;
        }
        return Math.max(interval, Math.min(wanted, longest));
    }

    private static long interval(PoolSettings settings) {
        return settings.signals().polling().interval().toNanos();
    }

    private void plan(long began, PoolSettings settings) {
        due = nextOnGrid(began, period, share);
        dueAtWork = nextOnGrid(began, intervalAtWork(settings), share);
    }

    /// The shift of an endpoint's grid, as a share of the period.
    public static double share(int ordinal) {
        return ordinal * GOLDEN_RATIO % 1;
    }

    public static long nextOnGrid(long after, long period, double share) {
        return after + period - Math.floorMod(after - (long) (share * period), period);
    }
}
