package dev.sluice.picker.prompt;

/// The token counts that an engine reported for one request; [#UNKNOWN] where it did not say.
///
/// @param promptTokens all tokens of the prompt, with those found in the cache
/// @param completionTokens tokens generated
/// @param cachedTokens tokens of the prompt that the engine found in its cache
public record TokenUsage(long promptTokens, long completionTokens, long cachedTokens) {
    public static final long UNKNOWN = -1;
}
