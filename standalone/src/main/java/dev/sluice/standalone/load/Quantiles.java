package dev.sluice.standalone.load;

import java.util.Arrays;

/// Median, 90th and 99th percentile by nearest rank; NaN where nothing was measured.
public record Quantiles(double p50, double p90, double p99) {

    static Quantiles of(double[] values) {
        double[] sorted = Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        return new Quantiles(rank(sorted, 0.50), rank(sorted, 0.90), rank(sorted, 0.99));
    }

    private static double rank(double[] sorted, double quantile) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.ceil(quantile * sorted.length) - 1];
    }
}
