package dev.sluice.picker.cost;

import java.util.Arrays;

/// How well times of one kind were predicted of late, and whether they have all moved.
///
/// Not for use by several threads at once, but for [#median()].
final class PredictionError {
    /// What is said before anything was observed.
    private static final double INITIAL = 0.15;
    /// Moves the median by 5 %, up or down, with each observation.
    private static final double STEP = 1.05;
    private static final double SMALLEST = 0.01;
    private static final double LARGEST = 10;
    private static final int WINDOW = 12;
    /// Of the last [#WINDOW]; if one in twenty is an outlier by itself, eight of twelve are one in ten million.
    private static final int ENOUGH = 8;

    private final double[] rejected = new double[WINDOW];
    private final double[] side = new double[ENOUGH];
    private int next;
    private volatile double median = INITIAL;

    /// The median of the relative error: it moves up for each error that is larger and down for each that is
    /// smaller, so an outlier counts no more than any other.
    double median() {
        return median;
    }

    void seen(double error) {
        double moved = Math.abs(error) > median ? median * STEP : median / STEP;
        median = Math.clamp(moved, SMALLEST, LARGEST);
    }

    void accepted() {
        remember(0);
    }

    /// Notes an outlier.
    ///
    /// @param logarithm of observed over predicted
    void rejected(double logarithm) {
        remember(logarithm);
    }

    private void remember(double logarithm) {
        rejected[next] = logarithm;
        next = (next + 1) % WINDOW;
    }

    /// The factor by which times have moved, or 1: when most of the last observations are outliers to the same
    /// side, it is the predictions that are wrong.
    double shift() {
        double upper = median(1);
        return upper != 0 ? Math.exp(upper) : Math.exp(-median(-1));
    }

    /// Of the rejected on one side, or 0 when they are too few.
    private double median(int sign) {
        int count = 0;
        for (int i = 0; i < WINDOW && count < ENOUGH; i++) {
            double value = sign * rejected[i];
            if (value > 0) {
                side[count++] = value;
            }
        }
        if (count < ENOUGH) {
            return 0;
        }
        Arrays.sort(side);
        return side[ENOUGH / 2];
    }

    /// Starts anew: the predictions are other ones from now on.
    void forget() {
        median = INITIAL;
        Arrays.fill(rejected, 0);
    }
}
