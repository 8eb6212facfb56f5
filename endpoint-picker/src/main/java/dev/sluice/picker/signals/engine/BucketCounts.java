package dev.sluice.picker.signals.engine;

import java.util.Arrays;

/// The buckets of a histogram on one page. The series of a server's several engines add up.
final class BucketCounts {
    private static final int MAX_BUCKETS = 256;

    private double[] bounds = new double[32];
    /// Observations up to the bound of the same index.
    private double[] cumulative = new double[32];
    private int size;

    int size() {
        return size;
    }

    /// The upper bound of a bucket.
    double bound(int bucket) {
        return bounds[bucket];
    }

    /// @param count of observations up to the bound
    void add(double bound, double count) {
        int at = Arrays.binarySearch(bounds, 0, size, bound);
        if (at >= 0) {
            cumulative[at] += count;
        } else {
            insert(-at - 1, bound, count);
        }
    }

    private void insert(int at, double bound, double count) {
        if (size == MAX_BUCKETS) {
            throw new IllegalArgumentException("more than " + MAX_BUCKETS + " buckets");
        }
        if (size == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * size);
            cumulative = Arrays.copyOf(cumulative, 2 * size);
        }
        System.arraycopy(bounds, at, bounds, at + 1, size - at);
        System.arraycopy(cumulative, at, cumulative, at + 1, size - at);
        bounds[at] = bound;
        cumulative[at] = count;
        size++;
    }

    /// Observations in a bucket.
    double in(int bucket) {
        return bucket == 0 ? cumulative[0] : cumulative[bucket] - cumulative[bucket - 1];
    }

    /// The bound that no observation exceeds: of the last bucket with an observation. Where that bucket has
    /// no bound it is twice the last one that there is. NaN without an
    /// observation, and where a count that matters is not known.
    double largest() {
        for (int bucket = size - 1; bucket >= 0; bucket--) {
            if (Double.isNaN(cumulative[bucket])) {
                return Double.NaN;
            }
            if (in(bucket) > 0) {
                double bound = bounds[bucket];
                return Double.isFinite(bound) ? bound : bucket == 0 ? Double.NaN : 2 * bounds[bucket - 1];
            }
        }
        return Double.NaN;
    }

    boolean hasBoundsOf(BucketCounts other) {
        return Arrays.equals(bounds, 0, size, other.bounds, 0, other.size);
    }

    boolean continues(BucketCounts before) {
        for (int i = 0; i < size; i++) {
            if (in(i) < before.in(i)) {
                return false;
            }
        }
        return true;
    }

    void clear() {
        size = 0;
    }
}
