package dev.sluice.picker.cost;

import static dev.sluice.picker.constants.RateConstants.ERROR_WINDOW;

import java.util.Arrays;

/// The errors of the last predictions of one kind of time: logarithms of observed over predicted, for which
/// half and double weigh the same.
///
/// Not thread-safe, except [#size()], [#count()] and [#spread()].
final class RecentErrors {
    private final double[] errors = new double[ERROR_WINDOW];
    private final double[] sorted = new double[ERROR_WINDOW];
    private int next;
    private volatile int count;
    private volatile double size;
    private volatile double bias;
    private volatile double spread;

    /// @param presumed the size of errors before any was seen; it counts for as many as the window lacks
    RecentErrors(double presumed) {
        restart(presumed);
    }

    void restart(double presumed) {
        for (int i = 0; i < ERROR_WINDOW; i++) {
            errors[i] = i % 2 == 0 ? presumed : -presumed;
        }
        count = 0;
        bias = 0;
        size = presumed;
        spread = presumed;
    }

    void add(double error) {
        errors[next] = Math.clamp(error, -Double.MAX_VALUE, Double.MAX_VALUE);
        next = (next + 1) % ERROR_WINDOW;
        count = Math.min(count + 1, ERROR_WINDOW);
        size = medianDistance(0);
        System.arraycopy(errors, 0, sorted, 0, ERROR_WINDOW);
        bias = medianOfSorted();
        spread = medianDistance(bias);
    }

    /// Errors in the window, at most as many as fit.
    int count() {
        return count;
    }

    /// The median size of an error.
    double size() {
        return size;
    }

    /// The median error, with its sign: 0 where half of the predictions are too long and half too short.
    double bias() {
        return bias;
    }

    /// The median distance of an error from the median error: the noise, without what all predictions are wrong
    /// by.
    double spread() {
        return spread;
    }

    private double medianDistance(double from) {
        for (int i = 0; i < ERROR_WINDOW; i++) {
            sorted[i] = Math.abs(errors[i] - from);
        }
        return medianOfSorted();
    }

    private double medianOfSorted() {
        Arrays.sort(sorted);
        return (sorted[ERROR_WINDOW / 2 - 1] + sorted[ERROR_WINDOW / 2]) / 2;
    }
}
