package dev.sluice.picker.extproc.message;

import io.grpc.Metadata;
import org.jspecify.annotations.Nullable;

/// The path rewrite of a route, which Envoy applies after the picker: the engine sees another path than the picker.
///
/// @param whole the path of all requests, or null where a prefix is replaced
/// @param prefix of whole path elements
/// @param replacement what stands in its place
record PathRewrite(@Nullable String whole, String prefix, String replacement) {
    static final PathRewrite NONE = new PathRewrite(null, "", "");

    private static final Metadata.Key<String> WHOLE =
            Metadata.Key.of(Headers.REWRITTEN_PATH, Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> PREFIX =
            Metadata.Key.of(Headers.REWRITTEN_PREFIX, Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> REPLACEMENT =
            Metadata.Key.of(Headers.PREFIX_REPLACEMENT, Metadata.ASCII_STRING_MARSHALLER);

    static PathRewrite of(Metadata metadata) {
        String whole = metadata.get(WHOLE);
        String prefix = metadata.get(PREFIX);
        String replacement = metadata.get(REPLACEMENT);
        return whole == null && (prefix == null || replacement == null)
                ? NONE
                : new PathRewrite(whole, withoutLastSlash(prefix), withoutLastSlash(replacement));
    }

    private static String withoutLastSlash(@Nullable String path) {
        if (path == null) {
            return "";
        }
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /// The path that the engine sees, with the request's query.
    String apply(String requestPath) {
        boolean unchanged = whole == null && prefix.isEmpty() && replacement.isEmpty();
        if (unchanged || requestPath.isEmpty()) {
            return requestPath;
        }
        if (whole != null) {
            int query = requestPath.indexOf('?');
            return query < 0 ? whole : whole + requestPath.substring(query);
        }
        if (!requestPath.startsWith(prefix)) {
            return requestPath;
        }
        String rest = requestPath.substring(prefix.length());
        return replacement.isEmpty() && !rest.startsWith("/") ? "/" + rest : replacement + rest;
    }
}
