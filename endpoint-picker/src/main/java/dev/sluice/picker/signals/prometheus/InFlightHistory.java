package dev.sluice.picker.signals.prometheus;

/// How many of this picker's requests were at one endpoint, over the last while: a queue that was measured some seconds
/// ago held the requests of then, not those of now.
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

    /// The last that was recorded up to that time; the oldest known where it is further back; 0 where nothing is known.
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
