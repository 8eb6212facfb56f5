package dev.sluice.picker.pool;

import java.util.concurrent.atomic.LongAdder;

/// The mean time that a request occupies a batch slot of one endpoint, from its prefill to its last token, as lately
/// observed. Any thread may write, none waits: two writers at once may lose one of their requests, for it is a mean.
public final class Residence {
    /// Requests over which the mean is taken.
    private static final int WEIGHT = 16;

    private volatile double meanNanos;
    private final LongAdder ended = new LongAdder();
    private final ChangeMark change;

    Residence(ChangeMark change) {
        this.change = change;
    }

    /// A request ended that the engine answered.
    ///
    /// @param nanos its time in the engine without the time in the queue
    public void ended(long nanos) {
        ended.increment();
        long count = Math.min(ended.sum(), WEIGHT);
        double mean = meanNanos;
        meanNanos = mean + (Math.max(0, nanos) - mean) / count;
        change.setPrice();
    }

    /// Requests that ended so far.
    public long count() {
        return ended.sum();
    }

    /// The mean in nanoseconds; 0 before the first request ended.
    public double meanNanos() {
        return meanNanos;
    }
}
