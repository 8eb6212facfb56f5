package dev.sluice.picker.payload.reply;

import dev.sluice.picker.prompt.Api;

/// The form in which a client expects errors, which is that of the API it calls.
public enum ErrorFormat {
    /// OpenAI's error object, which engines use for their own APIs too.
    OPENAI("application/json"),
    /// The error object of Anthropic's Messages API.
    ANTHROPIC("application/json"),
    /// The text of upstream's endpoint pickers, for any other client.
    TEXT("text/plain");

    private static final String MESSAGES = "/v1/messages";

    private final String contentType;

    ErrorFormat(String contentType) {
        this.contentType = contentType;
    }

    /// The form for a request path, also under a prefix.
    public static ErrorFormat of(String requestPath) {
        int query = requestPath.indexOf('?');
        String path = query < 0 ? requestPath : requestPath.substring(0, query);
        if (path.endsWith(MESSAGES) || path.contains(MESSAGES + "/")) {
            return ANTHROPIC;
        }
        return Api.of(path) != null || path.contains("/v1/") ? OPENAI : TEXT;
    }

    public String contentType() {
        return contentType;
    }
}
