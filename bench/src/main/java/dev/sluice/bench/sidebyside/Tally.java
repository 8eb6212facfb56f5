package dev.sluice.bench.sidebyside;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// What the requests that ended in a window came to. Used on the loop only.
final class Tally {
    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(5);

    private Histogram micros = new Histogram(LONGEST_MICROS, 3);
    private long errors;
    private long began;

    /// A window's figures.
    record Window(long requests, long errors, double seconds, double p50Ms, double p90Ms, double p99Ms) {}

    void begin(long now) {
        micros = new Histogram(LONGEST_MICROS, 3);
        errors = 0;
        began = now;
    }

    void answered(long nanos) {
        micros.recordValue(Math.clamp(TimeUnit.NANOSECONDS.toMicros(nanos), 0, LONGEST_MICROS));
    }

    void failed() {
        errors++;
    }

    Window end(long now) {
        return new Window(
                micros.getTotalCount(),
                errors,
                (now - began) / 1e9,
                micros.getValueAtPercentile(50) / 1e3,
                micros.getValueAtPercentile(90) / 1e3,
                micros.getValueAtPercentile(99) / 1e3);
    }
}
