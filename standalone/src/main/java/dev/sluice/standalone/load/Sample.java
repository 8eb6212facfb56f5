package dev.sluice.standalone.load;

import org.jspecify.annotations.Nullable;

/// The sample has what the client saw of one request.
///
/// @param firstTokenMillis from the wish to send until the first token; NaN where the answer was not streamed or failed
/// @param perTokenMillis (last − first token) / (tokens − 1); NaN likewise
/// @param error what went wrong; null when nothing did
record Sample(
        double firstTokenMillis,
        double perTokenMillis,
        double durationMillis,
        int tokens,
        @Nullable String error) {

    public static Sample failed(double durationMillis, String error) {
        return new Sample(Double.NaN, Double.NaN, durationMillis, 0, error);
    }
}
