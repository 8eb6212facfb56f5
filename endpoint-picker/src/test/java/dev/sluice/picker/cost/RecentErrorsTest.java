package dev.sluice.picker.cost;

import static dev.sluice.picker.constants.RateConstants.ERROR_WINDOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class RecentErrorsTest {
    private static final double PRESUMED = 0.3;
    private static final double[] ODD = {0.0, -0.0, 1e-300, -1e300, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};

    private final double[] window = new double[ERROR_WINDOW];
    private final RecentErrors errors = new RecentErrors(PRESUMED);

    @Test
    void mediansAreThoseOfTheSortedWindow() {
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < ERROR_WINDOW; i++) {
            window[i] = i % 2 == 0 ? PRESUMED : -PRESUMED;
        }
        for (int i = 0; i < 20_000; i++) {
            double error = switch (random.nextInt(4)) {
                case 0 -> random.nextInt(-2, 3);
                case 1 -> ODD[random.nextInt(ODD.length)];
                default -> random.nextGaussian();
            };
            errors.add(error);
            window[i % ERROR_WINDOW] = Math.clamp(error, -Double.MAX_VALUE, Double.MAX_VALUE);

            assertThat(errors.size()).isEqualTo(median(Math::abs));
            double bias = median(e -> e);
            assertThat(errors.bias()).isEqualTo(bias);
            assertThat(errors.spread()).isEqualTo(median(e -> Math.abs(e - bias)));
        }
    }

    private double median(DoubleUnaryOperator of) {
        double[] sorted = Arrays.stream(window).map(of).sorted().toArray();
        return (sorted[ERROR_WINDOW / 2 - 1] + sorted[ERROR_WINDOW / 2]) / 2;
    }
}
