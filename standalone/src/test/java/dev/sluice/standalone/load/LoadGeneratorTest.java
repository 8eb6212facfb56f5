package dev.sluice.standalone.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadGeneratorTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration WINDOW = Duration.ofSeconds(20);

    private final List<JsonNode> received = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.close();
    }

    @Test
    void carriesTheConversationAndMeasuresStreamedAnswers() throws Exception {
        server.createContext("/v1/chat/completions", exchange -> {
            JsonNode request = JSON.readTree(exchange.getRequestBody());
            received.add(request);
            if (request.get("stream").asBoolean()) {
                stream(exchange, true);
            } else {
                answer(exchange);
            }
        });

        LoadSummary summary = play(turn("one?", true), turn("two?", false));

        assertThat(summary.errors().first()).isEmpty();
        assertThat(summary.requests()).isEqualTo(2);
        assertThat(summary.tokens()).isEqualTo(10);
        assertThat(summary.firstToken().p50()).isGreaterThan(20).isLessThan(5_000);
        // Five tokens, the last 400 ms after the first, which a busy machine may read late.
        assertThat(summary.perToken().p50()).isGreaterThan(50).isLessThan(2_000);
        assertThat(received.get(1).at("/messages").findValuesAsText("role"))
                .containsExactly("system", "user", "assistant", "user");
        assertThat(received.get(1).at("/messages/2/content").asText()).isEqualTo("Hello there");
        assertThat(received.get(0).at("/max_tokens").asInt()).isEqualTo(5);
        assertThat(received.get(0).at("/ignore_eos").asBoolean()).isTrue();
        assertThat(received.get(0).at("/stream_options/include_usage").asBoolean())
                .isTrue();
    }

    @Test
    void countsRefusalsShortAnswersAndBrokenStreamsAsErrors() throws Exception {
        server.createContext("/v1/chat/completions", exchange -> {
            received.add(JSON.readTree(exchange.getRequestBody()));
            switch (received.size()) {
                case 1 -> {
                    exchange.sendResponseHeaders(503, 4);
                    exchange.getResponseBody().write("full".getBytes(StandardCharsets.UTF_8));
                    exchange.close();
                }
                case 2 -> stream(exchange, false);
                default -> answer(exchange);
            }
        });

        LoadSummary summary =
                play(turn("one?", true), turn("two?", true), new Session.ChatTurn("three?", 6, false, Duration.ZERO));

        assertThat(summary.errors().count()).isEqualTo(3);
        assertThat(summary.errors().first())
                .containsExactly("status 503: full", "the stream ended without [DONE]", "asked for 6 tokens, got 5");
    }

    private LoadSummary play(Session.ChatTurn... turns) throws InterruptedException {
        Workload workload = new Workload(List.of(new Session(0, Duration.ZERO, "m", "be kind", List.of(turns))));
        URI target = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return LoadGenerator.play(workload, target, WINDOW, new LoadProgress());
    }

    private static Session.ChatTurn turn(String question, boolean stream) {
        return new Session.ChatTurn(question, 5, stream, Duration.ZERO);
    }

    private static void stream(HttpExchange exchange, boolean whole) throws IOException {
        exchange.getResponseHeaders().set("content-type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream body = exchange.getResponseBody()) {
            event(body, "{\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}");
            pause(30);
            event(body, "{\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}");
            pause(400);
            event(body, "{\"choices\":[{\"delta\":{\"content\":\" there\"}}]}");
            if (whole) {
                event(body, "{\"choices\":[],\"usage\":{\"completion_tokens\":5}}");
                event(body, "[DONE]");
            }
        }
    }

    private static void event(OutputStream body, String data) throws IOException {
        body.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        body.flush();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        byte[] body = "{\"choices\":[{\"message\":{\"content\":\"Yes\"}}],\"usage\":{\"completion_tokens\":5}}"
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
