package dev.sluice.picker.signals.prometheus;

/// The number of this picker's requests in flight at an endpoint over the last half minute. A queue that was
/// measured ten seconds ago held the requests in flight ten seconds ago, and is compared with their number.
final class InFlightHistory {
    private static final int LENGTH = 128;

    private final long[] times = new long[LENGTH];
    private final int[] requests = new int[LENGTH];
    private int recorded;

    void record(long nanos, int inFlight) {
        int at = recorded++ % LENGTH;
        times[at] = nanos;
        requests[at] = inFlight;
    }

    /// The number at a time: the last record up to it, or the oldest record where the time is before all; 0
    /// without any.
    int at(long nanos) {
        int oldest = Math.max(0, recorded - LENGTH);
        for (int i = recorded - 1; i >= oldest; i--) {
            if (times[i % LENGTH] - nanos <= 0) {
                return requests[i % LENGTH];
            }
        }
        return recorded == 0 ? 0 : requests[oldest % LENGTH];
    }
}
