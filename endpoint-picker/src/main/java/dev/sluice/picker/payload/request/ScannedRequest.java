package dev.sluice.picker.payload.request;

import com.google.protobuf.ByteString;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.prompt.Api;
import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.picker.prompt.Work;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The fields of a valid request body.
///
/// @param modelField the body's `model`
/// @param isForm whether the body is a form, whose values stand as they are, and not JSON
/// @param usageField the body's wish for token counts at the end of a streamed answer
/// @param cacheSalt what separates this request's cached prefixes from others', or null
public record ScannedRequest(
        ModelField modelField,
        boolean isForm,
        Output output,
        UsageField usageField,
        @Nullable String cacheSalt,
        PromptPrefix prompt) {
    /// The value of `model` in a body.
    ///
    /// @param name null where the body names none
    /// @param span the value's bytes, in JSON with its quotes; [ByteSpan#NONE] where there is none
    public record ModelField(@Nullable ModelName name, ByteSpan span) {
        /// The body has a `model`, if only null or empty, in whose place a name can stand.
        boolean isPresent() {
            return !span.equals(ByteSpan.NONE);
        }
    }

    /// The output that a body asks for.
    ///
    /// @param isStreamed whether the answer is to come as events
    /// @param maxTokens the output limit, or 0 where the body sets none
    /// @param choices how many answers are asked for (`n`), usually 1
    public record Output(boolean isStreamed, long maxTokens, long choices) {
        private static final Output DEFAULT = new Output(false, 0, 1);
    }

    /// The option of a body that asks for token counts.
    ///
    /// @param at where the body has it, or would
    public record UsageField(UsageOption option, long at) {
        private static final UsageField NONE = new UsageField(UsageOption.ABSENT, 0);

        List<ByteString> ask(List<ByteString> chunks) {
            return option.ask(chunks, at);
        }
    }

    static ScannedRequest ofForm(ModelField modelField) {
        return new ScannedRequest(modelField, true, Output.DEFAULT, UsageField.NONE, null, PromptPrefix.EMPTY);
    }

    /// The model's name, or null where the body names none.
    public @Nullable ModelName model() {
        return modelField.name();
    }

    /// The work that the request asks of an engine, as far as its API's bodies tell.
    ///
    /// @param known the body's model, or the one that stands for none
    public Work work(Api api, @Nullable ModelName known) {
        return known == null || isForm || !api.isPriced()
                ? new Work.Opaque(known)
                : new Work.Prompted(known, prompt, cacheSalt, output.maxTokens(), output.isStreamed());
    }

    /// Another name may stand for the model that the body does not name. None may in a form.
    public boolean hasNoName() {
        return model() == null && !isForm;
    }

    /// A streamed answer is to end with token counts.
    public boolean includeUsage() {
        return usageField.option() == UsageOption.ASKED;
    }
}
