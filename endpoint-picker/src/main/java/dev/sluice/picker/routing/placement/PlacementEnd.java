package dev.sluice.picker.routing.placement;

import dev.sluice.picker.prompt.TokenUsage;
import org.jspecify.annotations.Nullable;

/// The end of a request at an endpoint.
///
/// @param answered whether the engine answered it, so that its prompt is in the engine's cache
/// @param started whether its first token came, so that its prompt was computed in any case
/// @param usage as the engine reported it; null where it reported none
/// @param countedTokens of the answer, counted as they passed; 0 where nothing was counted
record PlacementEnd(
        boolean answered, boolean started, @Nullable TokenUsage usage, long countedTokens, long nowNanos) {
    /// The request left the endpoint without an answer from it.
    static PlacementEnd left(boolean started, long nowNanos) {
        return new PlacementEnd(false, started, null, 0, nowNanos);
    }

    /// The tokens of the answer: as reported, else as counted, with the prompt as expected; null where
    /// neither is known.
    @Nullable
    TokenUsage likelyUsage(ExpectedWork expected) {
        if (usage != null || countedTokens == 0) {
            return usage;
        }
        return new TokenUsage(Math.round(expected.promptTokens()), countedTokens, TokenUsage.UNKNOWN);
    }
}
