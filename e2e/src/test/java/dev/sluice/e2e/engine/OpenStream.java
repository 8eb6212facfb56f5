package dev.sluice.e2e.engine;

import dev.sluice.e2e.stack.Client;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/// A streamed completion that is under way, and as long as an engine's context allows.
record OpenStream(InputStream events) implements AutoCloseable {
    /// Returns when its headers are there.
    static OpenStream begin(Client client, String model) throws IOException {
        String body = "{\"model\":\"%s\",\"prompt\":\"Once\",\"max_tokens\":2000,\"ignore_eos\":true,\"stream\":true}"
                .formatted(model);
        HttpResponse<InputStream> response = client.send(
                client.request("/v1/completions", "content-type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            response.body().close();
            throw new IOException("no stream: " + response.statusCode());
        }
        return new OpenStream(response.body());
    }

    /// The client goes away.
    @Override
    public void close() throws IOException {
        events.close();
    }
}
