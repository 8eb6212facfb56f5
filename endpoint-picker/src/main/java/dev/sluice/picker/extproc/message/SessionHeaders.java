package dev.sluice.picker.extproc.message;

import dev.sluice.picker.request.SessionClaim;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import org.jspecify.annotations.Nullable;

/// The headers in which a client may show its session; they are read only once a model asks.
///
/// @param headers all headers, or null where none of them may tell of a session
/// @param isSecure whether the client came by HTTPS, as far as the proxy says
record SessionHeaders(@Nullable HeaderMap headers, boolean isSecure) implements SessionClaim {
    @Override
    public @Nullable String header() {
        if (headers != null) {
            for (HeaderValue header : headers.getHeadersList()) {
                if (header.getKey().equals(Headers.SESSION)) {
                    return RequestHead.value(header).strip();
                }
            }
        }
        return null;
    }

    @Override
    public @Nullable String cookie(String name) {
        return headers == null ? null : Cookies.find(headers, name);
    }
}
