package dev.sluice.picker.model;

import org.jspecify.annotations.Nullable;

/// The inference API that a request's path names, for the APIs whose JSON bodies are understood.
public enum Api {
    COMPLETIONS("/v1/completions"),
    CHAT_COMPLETIONS("/v1/chat/completions"),
    EMBEDDINGS("/v1/embeddings"),
    RESPONSES("/v1/responses"),
    MESSAGES("/v1/messages");

    private final String path;

    Api(String path) {
        this.path = path;
    }

    /// The API of a request path, or null for any other path. Only the end of the path counts, because gateways
    /// serve APIs under prefixes (`/openai/v1/completions`).
    public static @Nullable Api of(String requestPath) {
        int query = requestPath.indexOf('?');
        String path = query < 0 ? requestPath : requestPath.substring(0, query);
        for (Api api : values()) {
            if (path.endsWith(api.path)) {
                return api;
            }
        }
        return null;
    }
}
