package dev.sluice.picker.payload;

import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.PromptPrefix;
import org.jspecify.annotations.Nullable;

/// What a valid request body says.
///
/// @param model the model's name, or null where the body names none
/// @param modelSpan the JSON value of `model`, with its quotes; empty where there is none
/// @param stream whether the answer is to come as events
/// @param usage whether a streamed answer is to end with token counts
/// @param usageAt where the body says so, or would
/// @param maxTokens the output limit, or 0 where the body sets none
/// @param choices how many answers are asked for (`n`), usually 1
/// @param cacheSalt what separates this request's cached prefixes from others', or null
public record ScannedRequest(
        @Nullable ModelName model,
        ByteSpan modelSpan,
        boolean stream,
        UsageOption usage,
        long usageAt,
        long maxTokens,
        long choices,
        @Nullable String cacheSalt,
        PromptPrefix prompt) {
    /// Whether the body has a `model`, if only null or empty, in whose place a name can stand.
    boolean hasModelMember() {
        return !modelSpan.equals(ByteSpan.NONE);
    }

    /// Whether a streamed answer is to end with token counts.
    public boolean includeUsage() {
        return usage == UsageOption.ASKED;
    }
}
