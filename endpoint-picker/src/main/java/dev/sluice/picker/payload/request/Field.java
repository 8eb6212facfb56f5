package dev.sluice.picker.payload.request;

import dev.sluice.picker.payload.json.TextBuffer;
import dev.sluice.picker.prompt.Api;
import org.jspecify.annotations.Nullable;

/// The top-level fields of request bodies that the picker reads. Fields with a prompt stand in the order in which
/// engines lay out the prompt, which is the order of their hashes whatever the order in the body.
///
/// All but the model's name are hints for the price: the engine judges them, so one that cannot be read here is as if
/// it were absent, and the body goes on as it came.
enum Field {
    MODEL("model"),
    STREAM("stream"),
    STREAM_OPTIONS("stream_options"),
    MAX_TOKENS("max_tokens"),
    MAX_COMPLETION_TOKENS("max_completion_tokens"),
    MAX_OUTPUT_TOKENS("max_output_tokens"),
    N("n"),
    CACHE_SALT("cache_salt"),
    TOOLS("tools"),
    SYSTEM("system"),
    INSTRUCTIONS("instructions"),
    MESSAGES("messages"),
    INPUT("input"),
    PROMPT("prompt"),
    QUERY("query"),
    QUERIES("queries"),
    TEXT_1("text_1"),
    DATA_1("data_1"),
    DOCUMENTS("documents"),
    TEXT_2("text_2"),
    DATA_2("data_2");

    private static final Field[] FIELDS = values();

    private final String key;

    Field(String key) {
        this.key = key;
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
            case MESSAGES ->
                switch (api) {
                    case CHAT_COMPLETIONS, MESSAGES, EMBEDDINGS, POOLING, CLASSIFY -> true;
                    default -> false;
                };
            case INPUT ->
                switch (api) {
                    case RESPONSES, EMBEDDINGS, POOLING, CLASSIFY, MODERATIONS -> true;
                    default -> false;
                };
            case PROMPT -> api == Api.COMPLETIONS;
            case QUERY, QUERIES, TEXT_1, DATA_1, DOCUMENTS, TEXT_2, DATA_2 -> api == Api.RERANK || api == Api.SCORE;
            default -> true;
        };
    }

    /// The field's value is part of the prompt.
    boolean isPrompt() {
        return compareTo(TOOLS) >= 0;
    }
}
