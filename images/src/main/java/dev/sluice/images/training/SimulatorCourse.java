package dev.sluice.images.training;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Completions, streamed and whole, and the pages beside them.
final class SimulatorCourse {
    private static final int ROUNDS = 30;

    private SimulatorCourse() {}

    static void run(List<String> java, Path log) throws IOException, InterruptedException {
        int port = Trainee.freePort();
        String server = "http://localhost:" + port;
        List<String> arguments = List.of("--port=" + port, "--profile=h100-8b", "--model=llama");
        try (Trainee simulator = Trainee.start(java, arguments, Map.of(), log);
                HttpClient http = HttpClient.newHttpClient()) {
            simulator.await(URI.create(server + "/health"));
            for (int round = 0; round < ROUNDS; round++) {
                String body = """
                        {"model": "llama", "stream": %s, "max_tokens": 20,
                         "messages": [{"role": "user", "content": "%s"}]}""".formatted(round % 2 == 0, "What is a sluice? ".repeat(1 + round));
                http.send(
                        HttpRequest.newBuilder(URI.create(server + "/v1/chat/completions"))
                                .header("content-type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
                Trainee.get(URI.create(server + "/metrics"));
            }
            Trainee.get(URI.create(server + "/v1/models"));
        }
    }
}
