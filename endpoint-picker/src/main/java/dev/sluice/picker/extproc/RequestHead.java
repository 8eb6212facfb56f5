package dev.sluice.picker.extproc;

import dev.sluice.picker.model.Api;
import dev.sluice.picker.model.Claim;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What the picker needs of a request's headers.
///
/// @param generatedId whether the request came without an id and was given this one
/// @param path with its query
/// @param api the API that the path names, if its body can be read
/// @param contentLength as declared, or -1
/// @param claim without the body's size
record RequestHead(
        String id,
        boolean generatedId,
        String path,
        @Nullable Api api,
        String contentType,
        long contentLength,
        Claim claim) {
    private static final String MULTIPART = "multipart/";

    static RequestHead read(HeaderMap headers) {
        String id = "";
        String path = "";
        String contentType = "";
        String contentLength = "";
        Claims claims = new Claims();
        for (HeaderValue header : headers.getHeadersList()) {
            switch (header.getKey()) {
                case Headers.REQUEST_ID -> id = value(header);
                case Headers.PATH -> path = value(header);
                case Headers.CONTENT_TYPE -> contentType = value(header).toLowerCase(Locale.ROOT);
                case Headers.CONTENT_LENGTH -> contentLength = value(header);
                default -> claims.read(header);
            }
        }
        boolean generated = id.isEmpty();
        return new RequestHead(
                generated ? UUID.randomUUID().toString() : id,
                generated,
                path,
                path.isEmpty() ? Api.COMPLETIONS : Api.of(path),
                contentType,
                parseLength(contentLength),
                claims.claim());
    }

    /// Whether the body is one of the APIs' JSON. Clients that name another type, as curl does unless told, mean
    /// JSON all the same; only a form with files cannot be it.
    boolean readable() {
        return api != null && !contentType.startsWith(MULTIPART);
    }

    /// Envoy fills `raw_value`; other proxies may fill `value`.
    static String value(HeaderValue header) {
        return header.getRawValue().isEmpty()
                ? header.getValue()
                : header.getRawValue().toStringUtf8();
    }

    private static long parseLength(String text) {
        if (text.isEmpty()) {
            return -1;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            return -1;
        }
    }
}
