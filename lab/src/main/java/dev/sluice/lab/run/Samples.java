package dev.sluice.lab.run;

import dev.sluice.lab.workload.Slo;
import java.util.Arrays;

/// The samples have what each request of a window saw; a few numbers for each, so that a run of millions fits
/// in memory.
final class Samples {
    private static final int INITIAL = 1_024;

    private float[] ttft = new float[INITIAL];
    private float[] tpot = new float[INITIAL];
    private float[] normalized = new float[INITIAL];
    private int size;
    private int unfinished;
    private int refused;
    private int kept;
    private double durations;
    private long promptTokens;
    private long cachedTokens;

    /// @param tpotMillis NaN for an answer of one token
    void finished(Slo slo, double ttftMillis, double tpotMillis, double durationMillis, int outputTokens) {
        boolean fast = ttftMillis <= slo.ttftMillis() && !(tpotMillis > slo.tpotMillis());
        kept += fast ? 1 : 0;
        add(ttftMillis, tpotMillis, durationMillis, outputTokens);
    }

    void unfinished(double ttftMillis, double waitedMillis, int outputTokens) {
        unfinished++;
        add(ttftMillis, Double.NaN, waitedMillis, outputTokens);
    }

    /// It missed its objectives, and no latency tells of it.
    void refused() {
        refused++;
    }

    void prefilled(int prompt, int cached) {
        promptTokens += prompt;
        cachedTokens += cached;
    }

    private void add(double ttftMillis, double tpotMillis, double durationMillis, int outputTokens) {
        if (size == ttft.length) {
            ttft = Arrays.copyOf(ttft, 2 * size);
            tpot = Arrays.copyOf(tpot, 2 * size);
            normalized = Arrays.copyOf(normalized, 2 * size);
        }
        ttft[size] = (float) ttftMillis;
        tpot[size] = (float) tpotMillis;
        normalized[size] = (float) (durationMillis / outputTokens);
        durations += durationMillis;
        size++;
    }

    void addAll(Samples other) {
        ttft = concat(ttft, size, other.ttft, other.size);
        tpot = concat(tpot, size, other.tpot, other.size);
        normalized = concat(normalized, size, other.normalized, other.size);
        size += other.size;
        unfinished += other.unfinished;
        refused += other.refused;
        kept += other.kept;
        durations += other.durations;
        promptTokens += other.promptTokens;
        cachedTokens += other.cachedTokens;
    }

    int size() {
        return size;
    }

    Figures figures(FleetUse use) {
        float[] first = sorted(ttft);
        float[] each = sorted(tpot);
        double mean = 0;
        for (float one : first) {
            mean += one / first.length;
        }
        return new Figures(
                new Figures.OfferedLoad(size + refused, (size + refused) / use.arrivalSeconds(), unfinished, refused),
                new Figures.Ttft(mean, rank(first, 0.5), rank(first, 0.9), rank(first, 0.99)),
                new Figures.Tpot(rank(each, 0.5), rank(each, 0.9), rank(sorted(normalized), 0.9)),
                durations / size,
                new Figures.SloAttainment(kept / use.arrivalSeconds(), (double) kept / (size + refused)),
                new Figures.FleetFigures(
                        use.tokens() / use.seconds(),
                        promptTokens == 0 ? 0 : (double) cachedTokens / promptTokens,
                        use.utilization(),
                        use.imbalance()));
    }

    private float[] sorted(float[] values) {
        float[] copy = Arrays.copyOf(values, size);
        Arrays.sort(copy);
        // NaN sorts last.
        int end = size;
        while (end > 0 && Float.isNaN(copy[end - 1])) {
            end--;
        }
        return Arrays.copyOf(copy, end);
    }

    /// By nearest rank.
    private static double rank(float[] sorted, double quantile) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.ceil(quantile * sorted.length) - 1];
    }

    private static float[] concat(float[] left, int leftSize, float[] right, int rightSize) {
        float[] both = Arrays.copyOf(left, Math.max(INITIAL, leftSize + rightSize));
        System.arraycopy(right, 0, both, leftSize, rightSize);
        return both;
    }
}
