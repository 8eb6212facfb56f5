package dev.sluice.picker.extproc.message;

import dev.sluice.picker.payload.request.BodyScan;
import dev.sluice.picker.payload.request.FormScan;
import dev.sluice.picker.payload.request.RequestScan;
import dev.sluice.picker.prompt.Api;
import dev.sluice.picker.request.RequestAttributes;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The headers of a request, as far as the picker needs them.
///
/// @param generatedId whether the request came without an id and was given this one
/// @param path with its query
/// @param api the API that the path names, if its body can be read
/// @param attributes without the body's size
public record RequestHead(
        String id,
        boolean generatedId,
        String path,
        @Nullable Api api,
        ContentHeaders content,
        RequestAttributes attributes) {
    private static final String MULTIPART = "multipart/";

    /// The headers that describe a body.
    ///
    /// @param length as declared, or -1
    public record ContentHeaders(String type, long length) {}

    /// @param rewrite from the path that the client sent to the one that the engine sees, which decides
    public static RequestHead read(HeaderMap headers, PathRewrite rewrite) {
        String id = "";
        String path = "";
        String contentType = "";
        String contentLength = "";
        AttributeHeaders claims = new AttributeHeaders(headers);
        for (HeaderValue header : headers.getHeadersList()) {
            switch (header.getKey()) {
                case Headers.REQUEST_ID -> id = value(header);
                case Headers.PATH -> path = rewrite.apply(value(header));
                case Headers.CONTENT_TYPE -> contentType = value(header);
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
                new ContentHeaders(contentType, parseLength(contentLength)),
                claims.attributes());
    }

    /// The scan that reads the body, or null where it is not read. Clients that name another type than JSON,
    /// as curl does unless told, mean JSON all the same; only a form with files cannot be it.
    ///
    /// @param namesMatter whether it depends on the model's name what becomes of the request: of a form nothing
    ///     else is read
    @Nullable
    public BodyScan scan(boolean namesMatter) {
        if (api == null) {
            return null;
        }
        if (FormScan.isForm(content.type())) {
            return namesMatter ? FormScan.of(content.type()) : null;
        }
        boolean multipart = content.type().regionMatches(true, 0, MULTIPART, 0, MULTIPART.length());
        return multipart ? null : new RequestScan(api);
    }

    /// Envoy fills `raw_value`; other proxies may fill `value`.
    public static String value(HeaderValue header) {
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
