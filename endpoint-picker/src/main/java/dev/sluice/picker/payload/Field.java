package dev.sluice.picker.payload;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.picker.model.Api;
import org.jspecify.annotations.Nullable;

/// The top-level fields of request bodies that mean something here. Those with a prompt stand in the order in which
/// engines lay out the prompt, which is the order of their hashes whatever the order in the body.
enum Field {
    MODEL("model", "a string"),
    STREAM("stream", "a boolean"),
    STREAM_OPTIONS("stream_options", "an object"),
    MAX_TOKENS("max_tokens", "a non-negative integer"),
    MAX_COMPLETION_TOKENS("max_completion_tokens", "a non-negative integer"),
    MAX_OUTPUT_TOKENS("max_output_tokens", "a non-negative integer"),
    N("n", "a non-negative integer"),
    CACHE_SALT("cache_salt", "a string"),
    TOOLS("tools", "an array", Api.CHAT_COMPLETIONS, Api.RESPONSES, Api.MESSAGES),
    SYSTEM("system", "a string or an array of content parts", Api.MESSAGES),
    INSTRUCTIONS("instructions", "a string", Api.RESPONSES),
    MESSAGES("messages", "an array of objects", Api.CHAT_COMPLETIONS, Api.MESSAGES, Api.EMBEDDINGS),
    INPUT("input", "a string or an array", Api.RESPONSES, Api.EMBEDDINGS),
    PROMPT("prompt", "a string, an array of strings or an array of token ids", Api.COMPLETIONS);

    private static final Field[] ALL = values();

    private final String key;
    private final byte[] keyBytes;
    private final String expected;
    private final Api[] promptOf;

    Field(String key, String expected, Api... promptOf) {
        this.key = key;
        this.keyBytes = key.getBytes(UTF_8);
        this.expected = expected;
        this.promptOf = promptOf;
    }

    /// The field of that key in a body of that API, or null where the key means nothing here.
    static @Nullable Field of(TextBuffer key, Api api) {
        for (Field field : ALL) {
            if (key.matches(field.keyBytes)) {
                return field.belongsTo(api) ? field : null;
            }
        }
        return null;
    }

    private boolean belongsTo(Api api) {
        for (Api owner : promptOf) {
            if (owner == api) {
                return true;
            }
        }
        return promptOf.length == 0;
    }

    boolean isPrompt() {
        return promptOf.length > 0;
    }

    String key() {
        return key;
    }

    MalformedJson mismatch(long at) {
        return new MalformedJson(key + " must be " + expected, at);
    }
}
