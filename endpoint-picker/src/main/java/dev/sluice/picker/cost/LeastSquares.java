package dev.sluice.picker.cost;

/// The six numbers of [Rates], estimated by recursive least squares on relative errors, as a Kalman filter
/// writes it.
///
/// Each number is held as a multiple of where it started, and the covariance is that of the multiples. Two kinds
/// of doubt make up the initial covariance. What is bound by the same part of the hardware may all be wrong by one
/// factor (large): p1 and p2 by its arithmetic; p0, d0, d1 and d2 by its memory, for p0 is reading the weights once,
/// as d0 is. And each number may be wrong by itself (small). So what is observed over a narrow range moves a whole
/// line, and far outside that range the shape that was published rules, scaled.
///
/// Forgetting moves the covariance a little towards the initial one with each observation. Dividing it by a
/// constant, the usual way, would let the directions that nobody observes grow without bound, and the first
/// observation there could then throw the estimate anywhere.
final class LeastSquares {
    static final int SIZE = 6;

    private static final double COMMON_VARIANCE = 1;
    private static final double OWN_VARIANCE = 0.16;
    /// At a noise of 10 % an estimate remembers some 50 observations.
    private static final double FORGETTING = 4e-6;

    /// How far a number may fall below its prior. Not further: what is next to nothing has no share in any error, and
    /// so could not be learned again.
    private static final double LOWEST = 50;

    /// What decides how large a number is.
    enum Bound {
        ARITHMETIC,
        MEMORY;

        private static Bound of(int number) {
            return number == 1 || number == 2 ? ARITHMETIC : MEMORY;
        }
    }

    private final double[] lowest = new double[SIZE];
    private final double[] highest = new double[SIZE];
    private final double[] base = new double[SIZE];
    private final double[] multiple = new double[SIZE];
    private final double[][] covariance = new double[SIZE][SIZE];
    private final double[] features = new double[SIZE];
    private final double[] gain = new double[SIZE];

    /// @param highestMultiple how many times its prior a number may become
    LeastSquares(Rates prior, double highestMultiple) {
        double[] numbers = {prior.p0(), prior.p1(), prior.p2(), prior.d0(), prior.d1(), prior.d2()};
        for (int i = 0; i < SIZE; i++) {
            base[i] = numbers[i];
            lowest[i] = numbers[i] / LOWEST;
            highest[i] = numbers[i] * highestMultiple;
            multiple[i] = 1;
            for (int j = 0; j < SIZE; j++) {
                covariance[i][j] = initial(i, j);
            }
        }
    }

    Rates rates() {
        return new Rates(number(0), number(1), number(2), number(3), number(4), number(5));
    }

    private double number(int i) {
        return base[i] * multiple[i];
    }

    private static double initial(int i, int j) {
        boolean together = Bound.of(i) == Bound.of(j);
        return (together ? COMMON_VARIANCE : 0) + (i == j ? OWN_VARIANCE : 0);
    }

    double predict(double[] terms) {
        double sum = 0;
        for (int i = 0; i < SIZE; i++) {
            sum += number(i) * terms[i];
        }
        return sum;
    }

    /// The relative variance of that prediction.
    double variance(double[] terms, double predicted) {
        double sum = 0;
        for (int i = 0; i < SIZE; i++) {
            features[i] = base[i] * terms[i] / predicted;
            double row = 0;
            for (int j = 0; j < i; j++) {
                row += covariance[i][j] * features[j];
            }
            sum += features[i] * (2 * row + covariance[i][i] * features[i]);
        }
        return sum;
    }

    /// Learns from one observation.
    ///
    /// @param error observed over predicted, less one
    /// @param noise the relative variance of the observation
    void correct(double[] terms, double predicted, double error, double noise) {
        double innovation = noise;
        for (int i = 0; i < SIZE; i++) {
            features[i] = base[i] * terms[i] / predicted;
        }
        for (int i = 0; i < SIZE; i++) {
            double row = 0;
            for (int j = 0; j < SIZE; j++) {
                row += covariance[i][j] * features[j];
            }
            gain[i] = row;
            innovation += row * features[i];
        }
        for (int i = 0; i < SIZE; i++) {
            double moved = base[i] * (multiple[i] + gain[i] / innovation * error);
            multiple[i] = Math.clamp(moved, lowest[i], highest[i]) / base[i];
            for (int j = 0; j <= i; j++) {
                double left = covariance[i][j] - gain[i] * gain[j] / innovation;
                covariance[i][j] = left + FORGETTING * (initial(i, j) - left);
                covariance[j][i] = covariance[i][j];
            }
        }
    }

    /// Multiplies some of the numbers, and doubts all of them as at the start: what made those wrong may have made the
    /// others wrong too.
    void rescale(Bound those, double factor) {
        for (int i = 0; i < SIZE; i++) {
            double scaled = number(i) * (Bound.of(i) == those ? factor : 1);
            base[i] = Math.clamp(scaled, lowest[i], highest[i]);
            multiple[i] = 1;
            for (int j = 0; j < SIZE; j++) {
                covariance[i][j] = initial(i, j);
            }
        }
    }
}
