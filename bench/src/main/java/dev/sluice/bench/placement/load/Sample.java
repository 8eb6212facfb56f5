package dev.sluice.bench.placement.load;

import org.jspecify.annotations.Nullable;

/// The sample has what the client saw of one request; times count from its planned moment.
///
/// @param latenessMs from the planned moment until it was sent
/// @param firstTokenMs until the first event with content; NaN where the request failed
/// @param durationMs until the answer's end
/// @param perTokenMs from the first content to the last, by token of the answer that was asked for; NaN for one
///     token
/// @param server the address of the server that answered, where the gateway told it
/// @param error what went wrong; null when nothing did
public record Sample(
        double latenessMs,
        double firstTokenMs,
        double durationMs,
        double perTokenMs,
        @Nullable String server,
        @Nullable String error) {

    public static Sample failed(double latenessMs, @Nullable String server, String error) {
        return new Sample(latenessMs, Double.NaN, Double.NaN, Double.NaN, server, error);
    }

    public boolean isAnswered() {
        return error == null;
    }
}
