package dev.sluice.picker.cost;

import java.util.Arrays;

/// How well times of one kind were predicted of late, and whether they have all moved.
///
/// Not for use by several threads at once, but for [#median()] and [#doubt].
final class PredictionError {
    /// What is presumed before anything was observed.
    private static final double PRESUMED = 0.15;

    private static final int WINDOW = 12;
    /// Of the last [#WINDOW]; if one in twenty is an outlier by itself, eight of twelve are one in ten million.
    private static final int ENOUGH = 8;
    /// Observations before a median is believed.
    private static final int FEWEST = 8;
    /// Observations that set the scale where nothing was published: the median of three survives one outlier.
    private static final int FIRST = 3;
    /// The standard deviation of a median of sixteen is 0.31 of a normal distribution's, or 0.46 of its median
    /// distance.
    private static final double SIGNIFICANT = 3 * 0.46;
    private static final double MATERIAL = 0.2;
    /// Errors up to a half are no doubt: a first token in a busy engine is as hard to foretell where rates are known.
    private static final double SURE = 0.5;

    /// As they were, whatever the learner did meanwhile: so a meter tells how good predictions were, and not how
    /// good the learner hopes they are now.
    private final RecentErrors all = new RecentErrors(PRESUMED);
    /// Since the rates were last scaled.
    private final RecentErrors sinceRestart = new RecentErrors(PRESUMED);

    private final double[] rejected = new double[WINDOW];
    private final double[] side = new double[ENOUGH];
    private final double[] first = new double[FIRST];
    private int next;

    /// The median size of the last errors, as a share: 0.2 where predictions are a fifth too short or too long.
    double median() {
        return all.size();
    }

    /// The noise of the observations: the median distance of an error from the usual one.
    double noise() {
        return sinceRestart.spread();
    }

    /// Whether the last predictions were too long, or too short, on the whole: by a fifth, and by more than chance
    /// makes of their median, three of its standard deviations.
    boolean isBiased() {
        double bias = Math.abs(sinceRestart.bias());
        return sinceRestart.count() >= FEWEST && bias > MATERIAL && bias > SIGNIFICANT * sinceRestart.spread();
    }

    /// How much a prediction is to be doubted: 0 where errors are usually less than a half, 1 where half of the
    /// predictions are wrong by a factor of e or more.
    ///
    /// @param presumed before enough was observed
    double doubt(double presumed) {
        return all.count() < FEWEST ? presumed : Math.clamp((all.size() - SURE) / (1 - SURE), 0, 1);
    }

    /// Whether too few were observed to set a scale.
    boolean isWithoutScale() {
        return all.count() < FIRST;
    }

    /// Notes an observation before there is a scale.
    ///
    /// @param logarithm of observed over predicted
    /// @return the factor by which predictions are wrong, once it is known, else 1
    double setScale(double logarithm) {
        int count = all.count();
        first[count] = logarithm;
        seen(logarithm);
        if (count + 1 < FIRST) {
            return 1;
        }
        Arrays.sort(first);
        return Math.exp(first[FIRST / 2]);
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
    void restart() {
        sinceRestart.restart(PRESUMED);
        Arrays.fill(rejected, 0);
    }
}
