package dev.sluice.picker.extproc.message;

import com.google.protobuf.ByteString;
import dev.sluice.picker.payload.request.BodyScan;
import dev.sluice.picker.payload.request.FormScan;
import dev.sluice.picker.payload.request.RequestScan;
import dev.sluice.picker.prompt.Api;
import dev.sluice.picker.request.RequestAttributes;
import dev.sluice.picker.request.SessionClaim;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What the picker needs of a request's headers.
///
/// @param generatedId whether the request came without an id and was given this one
/// @param path with its query
/// @param api the API that the path names, if its body can be read
/// @param contentLength as declared, or -1
/// @param session the headers, where one of them may tell of a session; they are read only once a model asks
/// @param isSecure whether the client came by HTTPS, as far as the proxy says
/// @param attributes without the body's size
public record RequestHead(
        String id,
        boolean generatedId,
        String path,
        @Nullable Api api,
        String contentType,
        long contentLength,
        @Nullable HeaderMap session,
        boolean isSecure,
        RequestAttributes attributes)
        implements SessionClaim {
    private static final String MULTIPART = "multipart/";
    private static final ByteString HTTPS = ByteString.copyFromUtf8("https");

    /// @param rewrite from the path that the client sent to the one that the engine sees, which decides
    public static RequestHead read(HeaderMap headers, PathRewrite rewrite) {
        String id = "";
        String path = "";
        String contentType = "";
        String contentLength = "";
        boolean https = false;
        boolean forwarded = false;
        HeaderMap session = null;
        AttributeHeaders claims = new AttributeHeaders();
        for (HeaderValue header : headers.getHeadersList()) {
            switch (header.getKey()) {
                case Headers.REQUEST_ID -> id = value(header);
                case Headers.PATH -> path = rewrite.apply(value(header));
                case Headers.CONTENT_TYPE -> contentType = value(header);
                case Headers.CONTENT_LENGTH -> contentLength = value(header);
                case Headers.SCHEME -> https = forwarded ? https : isHttps(header);
                case Headers.FORWARDED_PROTO -> {
                    forwarded = true;
                    https = isHttps(header);
                }
                case Headers.COOKIE, Headers.SESSION -> session = headers;
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
                session,
                https,
                claims.attributes());
    }

    /// Makes no text of what is hardly ever asked.
    private static boolean isHttps(HeaderValue header) {
        return header.getRawValue().equals(HTTPS) || header.getValue().equals("https");
    }

    @Override
    public @Nullable String header() {
        if (session != null) {
            for (HeaderValue header : session.getHeadersList()) {
                if (header.getKey().equals(Headers.SESSION)) {
                    return value(header).strip();
                }
            }
        }
        return null;
    }

    @Override
    public @Nullable String cookie(String name) {
        return session == null ? null : Cookies.find(session, name);
    }

    /// How the body is read, or null where it is not. Clients that name another type than JSON, as curl does unless
    /// told, mean JSON all the same; only a form with files cannot be it.
    ///
    /// @param namesMatter whether it depends on the model's name what becomes of the request: of a form nothing
    ///     else is read
    @Nullable
    public BodyScan scan(boolean namesMatter) {
        if (api == null) {
            return null;
        }
        if (FormScan.isForm(contentType)) {
            return namesMatter ? FormScan.of(contentType) : null;
        }
        boolean multipart = contentType.regionMatches(true, 0, MULTIPART, 0, MULTIPART.length());
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
