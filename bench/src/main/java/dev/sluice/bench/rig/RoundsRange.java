package dev.sluice.bench.rig;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.DoubleStream;

/// A figure over all rounds: its median, and how far the rounds lie apart.
public record RoundsRange(double median, double min, double max) {

    /// Empty where no round has the figure.
    public static Optional<RoundsRange> of(DoubleStream values) {
        double[] sorted = values.filter(Double::isFinite).sorted().toArray();
        return sorted.length == 0
                ? Optional.empty()
                : Optional.of(new RoundsRange(median(sorted), sorted[0], sorted[sorted.length - 1]));
    }

    private static double median(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[half]
                : Arrays.stream(sorted, half - 1, half + 1).average().orElseThrow();
    }
}
