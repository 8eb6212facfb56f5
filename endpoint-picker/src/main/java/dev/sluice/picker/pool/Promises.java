package dev.sluice.picker.pool;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/// How many requests of an endpoint have an objective for their time per output token, and which: two steps for each
/// doubling from 4 ms on, each objective counted at the step below it. Any thread may write, none waits.
public final class Promises {
    /// As many steps as there are; the last is 8 s.
    public static final int STEPS = 23;

    private static final double LEAST_MILLIS = 4;
    private static final double LOG_2 = Math.log(2);
    private static final double[] MILLIS = new double[STEPS];
    private static final AtomicIntegerFieldUpdater<Promises> ALL =
            AtomicIntegerFieldUpdater.newUpdater(Promises.class, "all");

    static {
        for (int step = 0; step < STEPS; step++) {
            MILLIS[step] = LEAST_MILLIS * Math.pow(2, step / 2.0);
        }
    }

    private final AtomicIntegerArray counts = new AtomicIntegerArray(STEPS);
    private volatile int all;

    public void add(double tpotMillis) {
        counts.incrementAndGet(step(tpotMillis));
        ALL.incrementAndGet(this);
    }

    public void remove(double tpotMillis) {
        counts.decrementAndGet(step(tpotMillis));
        ALL.decrementAndGet(this);
    }

    public boolean isEmpty() {
        return all == 0;
    }

    public int count(int step) {
        return counts.get(step);
    }

    /// The tightest that any has, as that of its step; infinite where none has one.
    ///
    /// @param least others are not looked at
    public double tightestMillis(double least) {
        for (int step = 0; step < STEPS && !isEmpty(); step++) {
            if (counts.get(step) > 0 && MILLIS[step] >= least) {
                return MILLIS[step];
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    /// The objective that those of a step are taken to have.
    public static double millis(int step) {
        return MILLIS[step];
    }

    private static int step(double tpotMillis) {
        return (int) Math.clamp(Math.floor(2 * Math.log(tpotMillis / LEAST_MILLIS) / LOG_2 + 1e-9), 0, STEPS - 1);
    }
}
