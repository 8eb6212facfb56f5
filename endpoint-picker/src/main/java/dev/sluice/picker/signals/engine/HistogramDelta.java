package dev.sluice.picker.signals.engine;

/// The observations that a server's histogram has gained from page to page.
///
/// A page shows how many observations each bucket has had, and their sum. Each new observation is reported at
/// the same relative position of its bucket, chosen so that the new observations add up to the gain of the sum.
/// Counts, sum and buckets are then the server's own, and a single observation is exact. Example: one new
/// observation in the bucket from 0.1 s to 0.3 s, and a sum that grew by 0.15 s, is reported as 0.15 s.
/// Positions stay within the bucket's bounds.
///
/// Counting begins with the first page. A server whose counts have shrunk has restarted, and all of them are
/// new.
final class HistogramDelta {
    /// No server gains this many between two pages; a larger gain is an error of the page.
    private static final long MAX_GAIN = 1_000_000;

    private static final double NANOS_PER_SECOND = 1e9;

    private final Observations observations;
    private BucketCounts last = new BucketCounts();
    private BucketCounts current = new BucketCounts();
    private double lastSum;
    private double currentSum;

    /// Listener for new observations.
    interface Observations {
        void observed(long count, long nanos);

        /// The server's counters were reset.
        default void restarted() {}
    }

    HistogramDelta(Observations observations) {
        this.observations = observations;
    }

    /// Begins a page, also after one that was cut off.
    void begin() {
        current.clear();
        currentSum = 0;
    }

    /// @param bound upper bound in seconds
    /// @param count of observations up to the bound
    void bucket(double bound, double count) {
        current.add(bound, count);
    }

    void sum(double seconds) {
        currentSum += seconds;
    }

    /// Ends a complete page.
    void end() {
        if (current.size() == 0) {
            return;
        }
        if (last.size() > 0 && current.hasBoundsOf(last)) {
            boolean continued = current.continues(last);
            if (!continued) {
                observations.restarted();
            }
            report(continued);
        }
        BucketCounts done = last;
        last = current;
        lastSum = currentSum;
        current = done;
    }

    /// @param continued whether the counters go on from the last page
    private void report(boolean continued) {
        double sum = currentSum - (continued ? lastSum : 0);
        double gained = 0;
        double least = 0;
        double width = 0;
        for (int i = 0; i < current.size(); i++) {
            double gain = gain(i, continued);
            gained += gain;
            least += gain * lower(i);
            width += gain * (upper(i, sum) - lower(i));
        }
        if (!(gained > 0 && gained <= MAX_GAIN)) {
            return;
        }
        double position = width > 0 && Double.isFinite(sum) ? Math.clamp((sum - least) / width, 0, 1) : 0.5;
        for (int i = 0; i < current.size(); i++) {
            long count = (long) gain(i, continued);
            if (count > 0) {
                double seconds = lower(i) + position * (upper(i, sum) - lower(i));
                // At its lower bound it would be in the bucket below.
                long nanos = Math.max(nanos(seconds), nanos(lower(i)) + 1);
                observations.observed(count, nanos);
            }
        }
    }

    private double gain(int bucket, boolean continued) {
        return current.in(bucket) - (continued ? last.in(bucket) : 0);
    }

    private double lower(int bucket) {
        return bucket == 0 ? 0 : current.bound(bucket - 1);
    }

    /// The last bucket is unbounded; no observation is longer than the sum.
    private double upper(int bucket, double sum) {
        double bound = current.bound(bucket);
        return Double.isFinite(bound) ? bound : Math.max(lower(bucket), Double.isFinite(sum) ? sum : 0);
    }

    private static long nanos(double seconds) {
        return Math.round(seconds * NANOS_PER_SECOND);
    }
}
