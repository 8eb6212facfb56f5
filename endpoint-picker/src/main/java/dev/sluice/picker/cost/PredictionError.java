package dev.sluice.picker.cost;

import static dev.sluice.picker.constants.RateConstants.FEWEST_ERRORS;
import static dev.sluice.picker.constants.RateConstants.MATERIAL;
import static dev.sluice.picker.constants.RateConstants.PRESUMED_ERROR;
import static dev.sluice.picker.constants.RateConstants.SCALE_OBSERVATIONS;
import static dev.sluice.picker.constants.RateConstants.SHIFT_ENOUGH;
import static dev.sluice.picker.constants.RateConstants.SHIFT_WINDOW;
import static dev.sluice.picker.constants.RateConstants.SIGNIFICANT;
import static dev.sluice.picker.constants.RateConstants.SURE;

import java.util.Arrays;

/// Tracks prediction errors and detects a shift.
///
/// Not thread-safe, except [#median()] and [#doubt].
final class PredictionError {
    /// As they were, whatever the learner did meanwhile: so a meter tells how good predictions were, and not
    /// how good the learner hopes they are now.
    private final RecentErrors all = new RecentErrors(PRESUMED_ERROR);
    /// Since the rates were last scaled.
    private final RecentErrors sinceRestart = new RecentErrors(PRESUMED_ERROR);

    private final double[] rejected = new double[SHIFT_WINDOW];
    private final double[] side = new double[SHIFT_ENOUGH];
    private final double[] first = new double[SCALE_OBSERVATIONS];
    private int next;

    /// The median size of the last errors, as a share: 0.2 where predictions are a fifth too short or too long.
    double median() {
        return all.size();
    }

    /// The noise of the observations: the median distance of an error from the usual one.
    double noise() {
        return sinceRestart.spread();
    }

    /// The last predictions were too long, or too short, on the whole: by a fifth, and by more than chance
    /// makes of their median, three of its standard deviations.
    boolean isBiased() {
        double bias = Math.abs(sinceRestart.bias());
        return sinceRestart.count() >= FEWEST_ERRORS && bias > MATERIAL && bias > SIGNIFICANT * sinceRestart.spread();
    }

    /// The doubt about a prediction: 0 where errors are usually less than a half, 1 where half of the
    /// predictions are wrong by a factor of e or more.
    ///
    /// @param presumed before enough was observed
    double doubt(double presumed) {
        return all.count() < FEWEST_ERRORS ? presumed : Math.clamp((all.size() - SURE) / (1 - SURE), 0, 1);
    }

    /// Too few predictions were observed to set a scale.
    boolean isWithoutScale() {
        return all.count() < SCALE_OBSERVATIONS;
    }

    /// Notes an observation before there is a scale.
    ///
    /// @param logarithm of observed over predicted
    /// @return the factor by which predictions are wrong, once it is known, else 1
    double setScale(double logarithm) {
        int count = all.count();
        first[count] = logarithm;
        seen(logarithm);
        if (count + 1 < SCALE_OBSERVATIONS) {
            return 1;
        }
        Arrays.sort(first);
        return Math.exp(first[SCALE_OBSERVATIONS / 2]);
    }

    /// Notes the error of a prediction.
    ///
    /// @param logarithm of observed over predicted
    void seen(double logarithm) {
        all.add(logarithm);
        sinceRestart.add(logarithm);
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
        next = (next + 1) % SHIFT_WINDOW;
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
        for (int i = 0; i < SHIFT_WINDOW && count < SHIFT_ENOUGH; i++) {
            double value = sign * rejected[i];
            if (value > 0) {
                side[count++] = value;
            }
        }
        if (count < SHIFT_ENOUGH) {
            return 0;
        }
        Arrays.sort(side);
        return side[SHIFT_ENOUGH / 2];
    }

    /// Starts anew: the predictions are other ones from now on.
    void restart() {
        sinceRestart.restart(PRESUMED_ERROR);
        Arrays.fill(rejected, 0);
    }
}
