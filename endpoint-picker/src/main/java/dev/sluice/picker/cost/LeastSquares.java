package dev.sluice.picker.cost;

import static dev.sluice.picker.constants.RateConstants.BATCH_SHARE;
import static dev.sluice.picker.constants.RateConstants.COMMON_VARIANCE;
import static dev.sluice.picker.constants.RateConstants.CONTEXT_SHARE;
import static dev.sluice.picker.constants.RateConstants.FORGETTING;
import static dev.sluice.picker.constants.RateConstants.LOWEST;
import static dev.sluice.picker.constants.RateConstants.MOST_SLOWDOWN;
import static dev.sluice.picker.constants.RateConstants.MOST_STALL;
import static dev.sluice.picker.constants.RateConstants.OWN_VARIANCE;
import static dev.sluice.picker.constants.RateConstants.SLOWDOWN_VARIANCE;
import static dev.sluice.picker.constants.RateConstants.SLOWDOWN_VARIANCE_OF_KNOWN;
import static dev.sluice.picker.constants.RateConstants.STALL_VARIANCE;
import static dev.sluice.picker.constants.RateConstants.STALL_VARIANCE_OF_KNOWN;

import java.util.Arrays;

/// The numbers of [Rates], estimated by recursive least squares on relative errors, as an extended Kalman
/// filter writes it: in the order p0, p1, p2, d0, d1, d2, slowdown, stall.
///
/// Each number is held as a multiple of where it started, and the covariance is that of the multiples. Two
/// kinds of doubt make up the initial covariance. What is bound by the same part of the hardware may all be
/// wrong by one factor (large): p1 and p2 by its arithmetic; p0, d0, d1 and d2 by its memory, for p0 is reading
/// the weights once, as d0 is. And each number may be wrong by itself (small). So what is observed over a
/// narrow range moves a whole line, and far outside that range the shape that was published rules, scaled.
///
/// Forgetting moves the covariance a little towards the initial one with each observation. Dividing it by a
/// constant, the usual way, would let the directions that nobody observes grow without bound, and the first
/// observation there could then throw the estimate anywhere.
final class LeastSquares {
    static final int SIZE = 8;

    private static final int SLOWDOWN = 6;
    private static final int STALL = 7;

    /// The bottleneck decides how large a number is.
    enum Bottleneck {
        ARITHMETIC,
        MEMORY,
        ENGINE;

        private static Bottleneck of(int number) {
            return switch (number) {
                case 1, 2 -> ARITHMETIC;
                case SLOWDOWN, STALL -> ENGINE;
                default -> MEMORY;
            };
        }
    }

    private final double[] own = new double[SIZE];
    private final double[] lowest = new double[SIZE];
    private final double[] highest = new double[SIZE];
    private final double[] base = new double[SIZE];
    private final double[] multiple = new double[SIZE];
    private final double[][] covariance = new double[SIZE][SIZE];
    private final double[] features = new double[SIZE];
    private final double[] gain = new double[SIZE];

    /// @param highestMultiple how many times its prior a number may become
    /// @param shaped whether the prior's shape is that of this hardware: how its numbers relate to each other
    LeastSquares(Rates prior, double highestMultiple, boolean shaped) {
        double[] numbers = {
            prior.prefill().p0(),
            prior.prefill().p1(),
            prior.prefill().p2(),
            prior.step().d0(),
            prior.step().d1(),
            prior.step().d2(),
            prior.contention().slowdown(),
            prior.contention().stall()
        };
        Arrays.fill(own, OWN_VARIANCE);
        own[STALL] = shaped ? STALL_VARIANCE_OF_KNOWN : STALL_VARIANCE;
        own[SLOWDOWN] = shaped ? SLOWDOWN_VARIANCE_OF_KNOWN : SLOWDOWN_VARIANCE;
        if (!shaped) {
            own[4] = square(BATCH_SHARE * prior.step().d0() / prior.step().d1());
            own[5] = square(CONTEXT_SHARE * prior.step().d0() / prior.step().d2());
        }
        for (int i = 0; i < SIZE; i++) {
            base[i] = numbers[i];
            lowest[i] = numbers[i] / LOWEST;
            highest[i] = numbers[i] * (Bottleneck.of(i) == Bottleneck.ENGINE ? highestOfEngine(i) : highestMultiple);
            multiple[i] = 1;
            for (int j = 0; j < SIZE; j++) {
                covariance[i][j] = initial(i, j);
            }
        }
    }

    private static double square(double value) {
        return value * value;
    }

    Rates rates() {
        Rates.Contention contention = new Rates.Contention(number(SLOWDOWN), number(STALL));
        return new Rates(
                new Rates.PrefillRates(number(0), number(1), number(2)),
                new Rates.StepRates(number(3), number(4), number(5)),
                contention);
    }

    /// A prefill is at most twice as long for each running request, and stalls for twice its time.
    private static double highestOfEngine(int number) {
        return number == SLOWDOWN ? MOST_SLOWDOWN : MOST_STALL;
    }

    private double number(int i) {
        return base[i] * multiple[i];
    }

    private double initial(int i, int j) {
        if (Bottleneck.of(i) == Bottleneck.ENGINE) {
            return i == j ? own[i] : 0;
        }
        boolean together = Bottleneck.of(i) == Bottleneck.of(j);
        return (together ? COMMON_VARIANCE : 0) + (i == j ? own[i] : 0);
    }

    /// The relative variance of a prediction.
    ///
    /// @param gradient how much it grows with each number
    double variance(double[] gradient, double predicted) {
        double sum = 0;
        for (int i = 0; i < SIZE; i++) {
            features[i] = base[i] * gradient[i] / predicted;
            double row = 0;
            for (int j = 0; j < i; j++) {
                row += covariance[i][j] * features[j];
            }
            sum += features[i] * (2 * row + covariance[i][i] * features[i]);
        }
        return sum;
    }

    /// Keeps an observation from teaching numbers of one kind.
    static void leaveOut(Bottleneck those, double[] gradient) {
        for (int i = 0; i < SIZE; i++) {
            gradient[i] = Bottleneck.of(i) == those ? 0 : gradient[i];
        }
    }

    /// Learns from one observation.
    ///
    /// @param gradient how much the prediction grows with each number
    /// @param error logarithm of observed over predicted
    /// @param noise the relative variance of the observation
    /// @param forgetting how many times as fast as usual what was learned before is forgotten
    void correct(double[] gradient, double predicted, double error, double noise, double forgetting) {
        double innovation = noise;
        for (int i = 0; i < SIZE; i++) {
            features[i] = base[i] * gradient[i] / predicted;
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
                covariance[i][j] = left + forgetting * FORGETTING * (initial(i, j) - left);
                covariance[j][i] = covariance[i][j];
            }
        }
    }

    /// Multiplies some of the numbers, and doubts all of them as at the start: what made those wrong may have
    /// made the others wrong too.
    void rescale(Bottleneck those, double factor) {
        for (int i = 0; i < SIZE; i++) {
            double scaled = number(i) * (Bottleneck.of(i) == those ? factor : 1);
            base[i] = Math.clamp(scaled, lowest[i], highest[i]);
            multiple[i] = 1;
            for (int j = 0; j < SIZE; j++) {
                covariance[i][j] = initial(i, j);
            }
        }
    }
}
