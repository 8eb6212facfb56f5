package dev.sluice.picker.cost;

import static dev.sluice.picker.constants.RateConstants.ERROR_WINDOW;

import java.util.Arrays;

/// The errors of the last predictions of one kind of time: logarithms of observed over predicted, for which
/// half and double weigh the same.
///
/// Not thread-safe, except [#size()], [#count()] and [#spread()].
final class RecentErrors {
    private final double[] errors = new double[ERROR_WINDOW];
    /// The same errors in order. An error is moved in and out by one copy: each request teaches, and sorting the
    /// window anew for each median took a thirtieth of a small request's time.
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
        System.arraycopy(errors, 0, sorted, 0, ERROR_WINDOW);
        Arrays.sort(sorted);
        count = 0;
        bias = 0;
        size = presumed;
        spread = presumed;
    }

    void add(double error) {
        double bounded = Math.clamp(error, -Double.MAX_VALUE, Double.MAX_VALUE);
        replaceInOrder(errors[next], bounded);
        errors[next] = bounded;
        next = (next + 1) % ERROR_WINDOW;
        count = Math.min(count + 1, ERROR_WINDOW);
        size = medianDistance(0);
        bias = (sorted[ERROR_WINDOW / 2 - 1] + sorted[ERROR_WINDOW / 2]) / 2;
        spread = medianDistance(bias);
    }

    private void replaceInOrder(double old, double added) {
        int from = Arrays.binarySearch(sorted, old);
        int before = Arrays.binarySearch(sorted, added);
        int to = before < 0 ? -before - 1 : before;
        if (to > from) {
            to--;
            System.arraycopy(sorted, from + 1, sorted, from, to - from);
        } else {
            System.arraycopy(sorted, to, sorted, to + 1, from - to);
        }
        sorted[to] = added;
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

    /// The median distance of an error from a value. The nearest errors lie around the value's place, so that the
    /// nearer half is found by walking outwards from there.
    private double medianDistance(double from) {
        int place = Arrays.binarySearch(sorted, from);
        int above = place < 0 ? -place - 1 : place;
        int below = above - 1;
        double lower = 0;
        double upper = 0;
        for (int taken = 0; taken <= ERROR_WINDOW / 2; taken++) {
            lower = upper;
            boolean isBelow = above == ERROR_WINDOW
                    || (below >= 0 && Math.abs(sorted[below] - from) < Math.abs(sorted[above] - from));
            upper = Math.abs(sorted[isBelow ? below-- : above++] - from);
        }
        return (lower + upper) / 2;
    }
}
