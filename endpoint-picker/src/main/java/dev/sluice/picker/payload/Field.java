package dev.sluice.picker.payload;

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
    TOOLS("tools", "an array"),
    SYSTEM("system", "a string or an array of content parts"),
    INSTRUCTIONS("instructions", "a string"),
    MESSAGES("messages", "an array of objects"),
    INPUT("input", "a string or an array"),
    PROMPT("prompt", "a string, an array of strings or an array of token ids");

    private static final Field[] FIELDS = values();

    private final String key;
    private final String expected;

    Field(String key, String expected) {
        this.key = key;
        this.expected = expected;
    }

    /// The field of that key in a body of that API, or null where the key means nothing here.
    static @Nullable Field of(TextBuffer key, Api api) {
        for (Field field : FIELDS) {
            if (key.matches(field.key)) {
                return field.isOf(api) ? field : null;
            }
        }
        return null;
    }

    private boolean isOf(Api api) {
        return switch (this) {
            case TOOLS -> api == Api.CHAT_COMPLETIONS || api == Api.RESPONSES || api == Api.MESSAGES;
            case SYSTEM -> api == Api.MESSAGES;
            case INSTRUCTIONS -> api == Api.RESPONSES;
            case MESSAGES -> api == Api.CHAT_COMPLETIONS || api == Api.MESSAGES || api == Api.EMBEDDINGS;
            case INPUT -> api == Api.RESPONSES || api == Api.EMBEDDINGS;
            case PROMPT -> api == Api.COMPLETIONS;
            default -> true;
        };
    }

    /// Whether the field's value is part of the prompt.
    boolean isPrompt() {
        return compareTo(TOOLS) >= 0;
    }

    String key() {
        return key;
    }

    MalformedJson mismatch(long at) {
        return new MalformedJson(key + " must be " + expected, at);
    }
}
