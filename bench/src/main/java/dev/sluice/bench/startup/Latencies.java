package dev.sluice.bench.startup;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/// Durations of exchanges, each from the time at which it was due.
final class Latencies {
    private final long[] sortedNanos;

    Latencies(long[] nanos) {
        sortedNanos = nanos.clone();
        Arrays.sort(sortedNanos);
    }

    double millis(double quantile) {
        int index = (int) Math.ceil(quantile * sortedNanos.length) - 1;
        return sortedNanos[Math.max(0, index)] / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }
}
