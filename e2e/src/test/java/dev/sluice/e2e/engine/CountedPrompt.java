package dev.sluice.e2e.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.e2e.stack.Gateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;

/// A prompt as the picker expected it to be counted, and as the engine then counted it.
///
/// @param endpoint the address of the engine that had it
/// @param cached tokens of it that were found in the engine's cache
record CountedPrompt(String endpoint, long expectedPrompt, long expectedCached, long prompt, long cached) {
    private static final JsonMapper JSON = new JsonMapper();

    /// Sends a completion through the gateway.
    static CountedPrompt of(Gateway gateway, String path, String body) {
        HttpResponse<String> response = gateway.http().post(path, body);
        if (response.statusCode() != 200) {
            throw new AssertionError(response.statusCode() + " " + response.body());
        }
        try {
            JsonNode usage = JSON.readTree(response.body()).path("usage");
            JsonNode decision = gateway.admin(
                    "/explain/" + response.headers().firstValue("x-request-id").orElseThrow());
            return new CountedPrompt(
                    decision.path("chosen").asText(),
                    decision.path("promptTokens").asLong(-1),
                    decision.path("cachedTokens").asLong(-1),
                    usage.path("prompt_tokens").asLong(-2),
                    usage.path("prompt_tokens_details").path("cached_tokens").asLong());
        } catch (IOException malformed) {
            throw new UncheckedIOException(response.body(), malformed);
        }
    }

    /// What was expected came.
    boolean holds() {
        return expectedPrompt == prompt && expectedCached == cached;
    }
}
