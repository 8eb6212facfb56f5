package dev.sluice.simulator.metrics;

/// GPU utilization over windows of about a second, from a growing busy time.
public final class UtilizationMeter {
    private static final long WINDOW_NANOS = 1_000_000_000;

    private long windowStart;
    private long busyAtStart;
    private double last;

    public UtilizationMeter(long now) {
        windowStart = now;
    }

    /// The share of time that was busy in the last complete window.
    public double read(long now, long busyNanos) {
        long elapsed = now - windowStart;
        if (elapsed >= WINDOW_NANOS) {
            last = Math.clamp((double) (busyNanos - busyAtStart) / elapsed, 0, 1);
            windowStart = now;
            busyAtStart = busyNanos;
        }
        return last;
    }
}
