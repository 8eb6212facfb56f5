package dev.sluice.picker.cost;

import static dev.sluice.picker.constants.ObservationConstants.ANSWER_TOKENS;
import static dev.sluice.picker.constants.ObservationConstants.BYTES_PER_TOKEN;
import static dev.sluice.picker.constants.ObservationConstants.MOST_ANSWER_BYTES_PER_TOKEN;

/// The token model tells how text turns into tokens for one model, which the picker, as it sees bytes, needs
/// to price a request.
///
/// @param bytesPerToken of prompt text
/// @param outputTokens how long an answer is expected to be
public record TokenModel(double bytesPerToken, double outputTokens) {
    /// English text, and the mean answer of a chat service, until the engine's usage reports say better.
    private static final TokenModel INITIAL = new TokenModel(BYTES_PER_TOKEN, ANSWER_TOKENS);

    public static TokenModel initial() {
        return INITIAL;
    }

    /// The tokens of a streamed answer whose engine reports no usage: one for each event, as engines send them,
    /// or as many as its text must have where several are packed into one.
    ///
    /// @param events with content, and the one that ends the stream
    /// @param textBytes of content
    public static long answerTokens(long events, long textBytes) {
        return Math.max(1, Math.max(events - 1, textBytes / MOST_ANSWER_BYTES_PER_TOKEN));
    }

    public double promptTokens(long bytes) {
        return bytes / bytesPerToken;
    }

    /// @param limit the most tokens the client will accept, or 0 when it set no limit
    public double outputTokens(long limit) {
        return limit == 0 ? outputTokens : Math.min(limit, outputTokens);
    }
}
