package dev.sluice.picker.prompt;

import org.jspecify.annotations.Nullable;

/// The inference API that a request's path names, for the APIs whose bodies name a model.
public enum Api {
    COMPLETIONS("/v1/completions", Content.PROMPT),
    CHAT_COMPLETIONS("/v1/chat/completions", Content.PROMPT),
    EMBEDDINGS("/v1/embeddings", Content.PROMPT),
    RESPONSES("/v1/responses", Content.PROMPT),
    MESSAGES("/v1/messages", Content.PROMPT),
    RERANK("/rerank", Content.TEXTS),
    SCORE("/score", Content.TEXTS),
    POOLING("/pooling", Content.TEXTS),
    CLASSIFY("/classify", Content.TEXTS),
    MODERATIONS("/v1/moderations", Content.TEXTS),
    COUNT_TOKENS("/v1/messages/count_tokens", Content.NAME),
    INPUT_TOKENS("/v1/responses/input_tokens", Content.NAME),
    TOKENIZE("/tokenize", Content.NAME),
    DETOKENIZE("/detokenize", Content.NAME),
    TRANSCRIPTIONS("/v1/audio/transcriptions", Content.NAME),
    TRANSLATIONS("/v1/audio/translations", Content.NAME),
    SPEECH("/v1/audio/speech", Content.NAME),
    IMAGE_GENERATIONS("/v1/images/generations", Content.NAME),
    IMAGE_EDITS("/v1/images/edits", Content.NAME),
    IMAGE_VARIATIONS("/v1/images/variations", Content.NAME);

    /// The content that is read of a body.
    private enum Content {
        /// A model, which must be there, and a prompt.
        PROMPT,
        /// Texts that the engine computes, and the model if it is there.
        TEXTS,
        /// The model if it is there; the rest takes an engine no prefill, or one that its length says nothing of.
        NAME
    }

    private static final Api[] APIS = values();

    private final String path;
    private final Content content;

    Api(String path, Content content) {
        this.path = path;
        this.content = content;
    }

    /// The API of a request path, or null for any other path. Only the end of the path counts, because gateways
    /// serve APIs under prefixes (`/openai/v1/completions`).
    public static @Nullable Api of(String requestPath) {
        int query = requestPath.indexOf('?');
        String path = query < 0 ? requestPath : requestPath.substring(0, query);
        for (Api api : APIS) {
            if (path.endsWith(api.path)) {
                return api;
            }
        }
        return null;
    }

    /// The content tells what the request costs an engine.
    public boolean isPriced() {
        return content != Content.NAME;
    }

    /// Streams end with token counts only where `stream_options` asks for them.
    public boolean hasStreamOptions() {
        return this == CHAT_COMPLETIONS || this == COMPLETIONS;
    }

    /// A body without a model is in error; engines have one for the requests of the other APIs.
    public boolean requiresModel() {
        return content == Content.PROMPT;
    }
}
