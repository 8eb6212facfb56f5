package dev.sluice.picker.cost;

/// How text turns into tokens for one model: what the picker, which sees bytes, needs to price a request.
///
/// @param bytesPerToken of prompt text
/// @param outputTokens how long an answer is expected to be
public record TokenModel(double bytesPerToken, double outputTokens) {
    /// English text, and the mean answer of a chat service, until the engine's usage reports say better.
    private static final TokenModel INITIAL = new TokenModel(4.0, 200);

    public static TokenModel initial() {
        return INITIAL;
    }

    public double promptTokens(long bytes) {
        return bytes / bytesPerToken;
    }

    /// @param limit the most tokens the client will accept, or 0 when it set no limit
    public double outputTokens(long limit) {
        return limit == 0 ? outputTokens : Math.min(limit, outputTokens);
    }
}
