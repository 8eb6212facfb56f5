package dev.sluice.picker.extproc;

import dev.sluice.picker.extproc.message.Headers;
import dev.sluice.picker.extproc.message.RequestHead;
import dev.sluice.picker.payload.reply.ModelListBody;
import dev.sluice.picker.request.ModelListing;
import dev.sluice.picker.request.Outcome;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client's question for the models: `GET /v1/models`, or `GET /v1/models/{id}` for one of them, also under a prefix.
///
/// @param id of the one that is asked for; empty for all
record ModelQuery(String id) {
    private static final String PATH = "/v1/models";

    /// The answer of the picker.
    record Answer(Outcome outcome, String body) {}

    /// The question, or null when the request is none.
    static @Nullable ModelQuery of(HeaderMap headers, String requestPath) {
        int query = requestPath.indexOf('?');
        String path = query < 0 ? requestPath : requestPath.substring(0, query);
        int at = path.lastIndexOf(PATH);
        if (at < 0 || !isRead(headers)) {
            return null;
        }
        String rest = path.substring(at + PATH.length());
        if (rest.isEmpty()) {
            return new ModelQuery("");
        }
        return rest.startsWith("/") ? new ModelQuery(decoded(rest.substring(1))) : null;
    }

    /// A name with a malformed escape is taken as it stands: no model has it, unless one is called just so.
    private static String decoded(String id) {
        try {
            // A plus sign is a plus sign in a path, unlike in a form.
            return URLDecoder.decode(id.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return id;
        }
    }

    private static boolean isRead(HeaderMap headers) {
        for (HeaderValue header : headers.getHeadersList()) {
            if (header.getKey().equals(Headers.METHOD)) {
                String method = RequestHead.value(header);
                return method.equals("GET") || method.equals("HEAD");
            }
        }
        return false;
    }

    /// @param published what the route publishes
    Answer answer(List<ModelListing> published) {
        if (id.isEmpty()) {
            return new Answer(Outcome.COMPLETED, ModelListBody.of(published));
        }
        return published.stream()
                .filter(model -> model.name().value().equals(id))
                .findFirst()
                .map(model -> new Answer(Outcome.COMPLETED, ModelListBody.of(model)))
                .orElseGet(() -> new Answer(Outcome.UNKNOWN_MODEL, ModelListBody.notFound(id)));
    }
}
