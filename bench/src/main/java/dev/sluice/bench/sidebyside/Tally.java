package dev.sluice.bench.sidebyside;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// The tally of the requests that ended in a window. Used on the loop only.
final class Tally {
    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(5);

    private final Histogram latencies = new Histogram(LONGEST_MICROS, 3);
    private final Histogram responses = new Histogram(LONGEST_MICROS, 3);
    private long errors;
    private long began;

    /// A window's figures.
    ///
    /// @param responseP50Ms from the answer's first byte to its last
    record Window(
            long requests,
            long errors,
            double seconds,
            @JsonUnwrapped Percentiles latencies,
            double responseP50Ms) {}

    /// The percentiles of a window's latencies.
    record Percentiles(double p50Ms, double p90Ms, double p99Ms) {}

    void begin(long now) {
        latencies.reset();
        responses.reset();
        errors = 0;
        began = now;
    }

    /// @param latencyNanos from the time at which the request was due
    /// @param responseNanos from the answer's first byte
    void answered(long latencyNanos, long responseNanos) {
        record(latencies, latencyNanos);
        record(responses, responseNanos);
    }

    void failed() {
        errors++;
    }

    Window end(long now) {
        return new Window(
                latencies.getTotalCount(),
                errors,
                (now - began) / 1e9,
                new Percentiles(
                        latencies.getValueAtPercentile(50) / 1e3,
                        latencies.getValueAtPercentile(90) / 1e3,
                        latencies.getValueAtPercentile(99) / 1e3),
                responses.getValueAtPercentile(50) / 1e3);
    }

    private static void record(Histogram micros, long nanos) {
        micros.recordValue(Math.clamp(TimeUnit.NANOSECONDS.toMicros(nanos), 0, LONGEST_MICROS));
    }
}
