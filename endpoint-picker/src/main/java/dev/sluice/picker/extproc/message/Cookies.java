package dev.sluice.picker.extproc.message;

import dev.sluice.picker.routing.target.SessionAttempt;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import org.jspecify.annotations.Nullable;

/// Reads and writes cookies as RFC 6265 has them, as far as a session needs.
final class Cookies {
    private Cookies() {}

    /// The value of the first cookie of that name, or null when there is none.
    static @Nullable String find(HeaderMap headers, String name) {
        for (HeaderValue header : headers.getHeadersList()) {
            if (header.getKey().equals(Headers.COOKIE)) {
                String found = find(RequestHead.value(header), name);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    /// @param pairs `name=value; name=value …`
    private static @Nullable String find(String pairs, String name) {
        int from = 0;
        while (from < pairs.length()) {
            int semicolon = pairs.indexOf(';', from);
            int end = semicolon < 0 ? pairs.length() : semicolon;
            int equals = pairs.indexOf('=', from);
            if (equals >= 0
                    && equals < end
                    && pairs.substring(from, equals).strip().equals(name)) {
                return unquoted(pairs.substring(equals + 1, end).strip());
            }
            from = end + 1;
        }
        return null;
    }

    private static String unquoted(String value) {
        return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }

    /// No script may read it, and other sites' pages send it only when they lead here.
    static String set(SessionAttempt.IssuedToken grant) {
        return grant.affinity().cookie() + "=" + grant.token() + "; Path=/; Max-Age="
                + grant.affinity().timeToLive().toSeconds() + "; HttpOnly; SameSite=Lax"
                + (grant.secure() ? "; Secure" : "");
    }
}
