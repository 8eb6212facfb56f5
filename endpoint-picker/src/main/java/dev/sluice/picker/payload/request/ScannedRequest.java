package dev.sluice.picker.payload.request;

import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.prompt.Api;
import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.picker.prompt.Work;
import org.jspecify.annotations.Nullable;

/// The fields of a valid request body.
///
/// @param model the model's name, or null where the body names none
/// @param modelSpan the value of `model`, in JSON with its quotes; [ByteSpan#NONE] where there is none
/// @param isForm whether the body is a form, whose values stand as they are, and not JSON
/// @param stream whether the answer is to come as events
/// @param usage whether a streamed answer is to end with token counts
/// @param usageAt where the body says so, or would
/// @param maxTokens the output limit, or 0 where the body sets none
/// @param choices how many answers are asked for (`n`), usually 1
/// @param cacheSalt what separates this request's cached prefixes from others', or null
public record ScannedRequest(
        @Nullable ModelName model,
        ByteSpan modelSpan,
        boolean isForm,
        boolean stream,
        UsageOption usage,
        long usageAt,
        long maxTokens,
        long choices,
        @Nullable String cacheSalt,
        PromptPrefix prompt) {
    static ScannedRequest ofForm(@Nullable ModelName model, ByteSpan modelSpan) {
        return new ScannedRequest(model, modelSpan, true, false, UsageOption.ABSENT, 0, 0, 1, null, PromptPrefix.EMPTY);
    }

    /// What the request asks of an engine, as far as its API's bodies tell.
    ///
    /// @param known the body's model, or the one that stands for none
    public Work work(Api api, @Nullable ModelName known) {
        return known == null || isForm || !api.isPriced()
                ? new Work.Opaque(known)
                : new Work.Prompted(known, prompt, cacheSalt, maxTokens, stream);
    }

    /// Whether another name may stand for the model that the body does not name. None may in a form.
    public boolean hasNoName() {
        return model == null && !isForm;
    }

    /// Whether the body has a `model`, if only null or empty, in whose place a name can stand.
    boolean hasModelMember() {
        return !modelSpan.equals(ByteSpan.NONE);
    }

    /// Whether a streamed answer is to end with token counts.
    public boolean includeUsage() {
        return usage == UsageOption.ASKED;
    }
}
