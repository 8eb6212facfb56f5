package dev.sluice.standalone.load;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/// The figures of one played workload.
///
/// @param elapsed from the start to the end of the last answer
/// @param firstToken time to first token of streamed answers, milliseconds
/// @param perToken time per output token of streamed answers, milliseconds
public record LoadSummary(
        Duration elapsed, int requests, long tokens, Quantiles firstToken, Quantiles perToken, LoadErrors errors) {

    /// The requests that failed.
    ///
    /// @param first a few of the errors, for the user to read
    public record LoadErrors(int count, List<String> first) {

        public LoadErrors {
            first = List.copyOf(first);
        }
    }

    static LoadSummary of(Collection<Sample> samples, Duration elapsed) {
        List<String> errors =
                samples.stream().map(Sample::error).filter(Objects::nonNull).toList();
        return new LoadSummary(
                elapsed,
                samples.size(),
                samples.stream().mapToLong(Sample::tokens).sum(),
                Quantiles.of(
                        samples.stream().mapToDouble(Sample::firstTokenMillis).toArray()),
                Quantiles.of(
                        samples.stream().mapToDouble(Sample::perTokenMillis).toArray()),
                new LoadErrors(
                        errors.size(), errors.stream().distinct().limit(5).toList()));
    }

    public double requestsPerSecond() {
        return requests / (elapsed.toNanos() * 1e-9);
    }

    public double tokensPerSecond() {
        return tokens / (elapsed.toNanos() * 1e-9);
    }
}
