package dev.sluice.e2e.engine;

import dev.sluice.e2e.stack.Client;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

/// Streamed completions that are under way, as long as an engine's context allows; they are cancelled in the end.
final class OpenStreams implements AutoCloseable {
    private final List<InputStream> streams = new ArrayList<>();

    private OpenStreams() {}

    /// Returns when each has begun.
    static OpenStreams of(Client client, String model, int count) throws IOException {
        OpenStreams open = new OpenStreams();
        for (int i = 0; i < count; i++) {
            String body =
                    "{\"model\":\"%s\",\"prompt\":\"Once %d\",\"max_tokens\":2000,\"ignore_eos\":true,\"stream\":true}"
                            .formatted(model, i);
            HttpResponse<InputStream> response = client.send(
                    client.request("/v1/completions", "content-type", "application/json")
                            .POST(BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofInputStream());
            open.streams.add(response.body());
            if (response.statusCode() != 200) {
                open.close();
                throw new IOException("no stream: " + response.statusCode());
            }
        }
        return open;
    }

    /// The clients go away.
    @Override
    public void close() throws IOException {
        for (InputStream stream : streams) {
            stream.close();
        }
    }
}
