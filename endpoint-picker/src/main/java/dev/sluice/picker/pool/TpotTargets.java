package dev.sluice.picker.pool;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/// A histogram of the objectives for time per output token of an endpoint's requests: two steps per doubling from
/// 4 ms on, each objective counted at the step below it. Thread-safe; writers do not wait.
public final class TpotTargets {
    /// The number of steps; the last is 8 s.
    public static final int STEPS = 23;

    private static final double LEAST_MILLIS = 4;
    private static final double LOG_2 = Math.log(2);
    private static final double[] MILLIS = new double[STEPS];
    private static final AtomicIntegerFieldUpdater<TpotTargets> ALL =
            AtomicIntegerFieldUpdater.newUpdater(TpotTargets.class, "all");

    static {
        for (int step = 0; step < STEPS; step++) {
            MILLIS[step] = LEAST_MILLIS * Math.pow(2, step / 2.0);
        }
    }

    private final AtomicIntegerArray counts = new AtomicIntegerArray(STEPS);
    private final ChangeMark change;
    private volatile int all;

    TpotTargets() {
        this(new ChangeMark());
    }

    /// @param change set after an objective has gone
    TpotTargets(ChangeMark change) {
        this.change = change;
    }

    public void add(double tpotMillis) {
        counts.incrementAndGet(step(tpotMillis));
        ALL.incrementAndGet(this);
        change.setPrice();
    }

    public void remove(double tpotMillis) {
        counts.decrementAndGet(step(tpotMillis));
        ALL.decrementAndGet(this);
        change.set();
    }

    public boolean isEmpty() {
        return all == 0;
    }

    public int count(int step) {
        return counts.get(step);
    }

    /// The tightest objective, rounded down to its step; infinite where there is none.
    ///
    /// @param least tighter objectives are ignored
    public double tightestMillis(double least) {
        for (int step = 0; step < STEPS && !isEmpty(); step++) {
            if (counts.get(step) > 0 && MILLIS[step] >= least) {
                return MILLIS[step];
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    /// The objective that a step stands for.
    public static double millis(int step) {
        return MILLIS[step];
    }

    private static int step(double tpotMillis) {
        return (int) Math.clamp(Math.floor(2 * Math.log(tpotMillis / LEAST_MILLIS) / LOG_2 + 1e-9), 0, STEPS - 1);
    }
}
