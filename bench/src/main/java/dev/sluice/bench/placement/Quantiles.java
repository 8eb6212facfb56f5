package dev.sluice.bench.placement;

import java.util.stream.DoubleStream;

/// Values in order; its figures are not numbers where there are none.
final class Quantiles {
    private final double[] sorted;

    private Quantiles(double[] sorted) {
        this.sorted = sorted;
    }

    /// Leaves out what is not a number.
    static Quantiles of(DoubleStream values) {
        return new Quantiles(values.filter(each -> !Double.isNaN(each)).sorted().toArray());
    }

    double mean() {
        return DoubleStream.of(sorted).average().orElse(Double.NaN);
    }

    /// The nearest rank: at least so large a share of the values is not above it.
    double at(double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
}
