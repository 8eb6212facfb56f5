package dev.sluice.e2e.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import dev.sluice.e2e.stack.Client;
import dev.sluice.e2e.stack.Fleets;
import dev.sluice.e2e.stack.ForeignEnvoy;
import dev.sluice.e2e.stack.ForeignGateway;
import dev.sluice.e2e.stack.Gateway;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Manifests;
import dev.sluice.e2e.stack.RecordingPod;
import dev.sluice.simulator.Fleet;
import dev.sluice.simulator.ModelServer;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.Profile;
import dev.sluice.simulator.serving.ServerConfig;
import dev.sluice.simulator.serving.ServerStats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A request of a class that preempts ends a running one of lower priority, and the engine hears of it.
class PreemptionIT {
    private static final String PATH = "/v1/completions";
    /// Two prompts of 7,000 tokens fit into the KV cache of 16,000, three do not.
    private static final int KV_BLOCKS = 1_000;

    private static final int PROMPT_BYTES = 28_000;
    /// At 20 ms for each token and more, an answer takes 20 s.
    private static final Duration STEP = Duration.ofMillis(20);

    private static final int ANSWER_TOKENS = 1_000;
    private static final Duration SOON = Duration.ofSeconds(10);

    private final Loopback pods = Loopback.of(1);
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private Fleet fleet;

    @BeforeEach
    void startEngine() throws IOException {
        EngineConfig engine =
                EngineConfig.of(Profile.H100_8B).withKvBlocks(KV_BLOCKS).withHostOverhead(STEP);
        fleet = Fleet.start(List.of(ServerConfig.of("pod-0", pods.socket(0), Fleets.MODEL, engine)), 1);
    }

    @AfterEach
    void stopEngine() {
        fleet.close();
        clients.shutdownNow();
    }

    private String world() {
        return Manifests.all(
                Manifests.onePool("FailClose", pods),
                Manifests.policy("pool", "admission: {headroomPercent: 0}"),
                """
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferencePriorityClass
                metadata: {name: interactive}
                spec: {value: 100, preemptionPolicy: PreemptLowerPriority}
                """,
                objective("interactive", 100),
                objective("batch", -10));
    }

    private static String objective(String name, int priority) {
        return """
                apiVersion: llm-d.ai/v1alpha2
                kind: InferenceObjective
                metadata: {name: %s}
                spec: {priority: %d, poolRef: {name: pool}}
                """.formatted(name, priority);
    }

    private static String body(int number, int tokens, boolean stream) {
        return "{\"model\":\"%s\",\"prompt\":\"%s\",\"max_tokens\":%d,\"ignore_eos\":true,\"stream\":%b}"
                .formatted(Fleets.MODEL, (number + "00 words ").repeat(PROMPT_BYTES / 10), tokens, stream);
    }

    private ServerStats stats() {
        ModelServer server = fleet.servers().getFirst();
        return server.stats();
    }

    /// Sends batch work, and waits until the engine has answered so many tokens in all.
    private CompletableFuture<HttpResponse<String>> batch(Client client, int number, boolean stream) {
        CompletableFuture<HttpResponse<String>> answer = CompletableFuture.supplyAsync(
                () -> client.post(PATH, body(number, ANSWER_TOKENS, stream), "x-llm-d-inference-objective", "batch"),
                clients);
        long generated = stats().engine().generatedTokens();
        await().until(() ->
                stats().engine().running() == number && stats().engine().generatedTokens() > generated + 20);
        return answer;
    }

    /// Takes a second and more before its first token, as predicted.
    private static final String LONG =
            "{\"model\":\"%s\",\"prompt\":\"%s\",\"stream\":true}".formatted(Fleets.MODEL, "1 word ".repeat(60_000));

    private static HttpResponse<String> interactive(Client client) {
        return client.post(PATH, body(9, 1, false), "x-llm-d-inference-objective", "interactive");
    }

    /// The engine hears of the end of one, and goes on with the other.
    private void assertOneAborted() {
        await().atMost(Duration.ofSeconds(2)).until(() -> stats().aborted() == 1);
        assertThat(stats().engine().running()).isEqualTo(1);
    }

    @Test
    void oneThatStreamsEndsWithAnErrorEventAndNoMoreThanOneIsEnded() throws Exception {
        try (Gateway gateway = Gateway.start(world())) {
            CompletableFuture<HttpResponse<String>> kept = batch(gateway.http(), 1, false);
            CompletableFuture<HttpResponse<String>> ended = batch(gateway.http(), 2, true);

            assertThat(interactive(gateway.http()).statusCode()).isEqualTo(200);

            assertOneAborted();
            HttpResponse<String> answer = ended.get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).startsWith("data: {").doesNotContain("[DONE]");
            assertThat(answer.body().substring(answer.body().lastIndexOf("data: ")))
                    .startsWith("data: {\"error\":{")
                    .contains("\"reason\":\"evicted-priority\"", "\"retry_after_seconds\":")
                    .endsWith("}}\n\n");
            assertThat(kept).isNotDone();
            assertThat(gateway.metric("sluice_requests_total", "outcome=\"preempted\""))
                    .isEqualTo(1);
            assertThat(gateway.inFlight("pool")).isEqualTo(1);
            await("Envoy has let go of the stream to the picker").until(() -> openAtPicker(gateway) == 1);
        }
    }

    /// How many requests Envoy has open at the picker.
    private static int openAtPicker(Gateway gateway) {
        for (JsonNode stat : gateway.envoyAdmin("/stats?format=json&filter=%5Ecluster.picker.*rq_active%24")
                .path("stats")) {
            return stat.path("value").asInt();
        }
        return -1;
    }

    /// Engines send the headers of a stream before they begin to compute.
    @Test
    void aStreamOfWhichOnlyTheHeadersHaveComeCanStillBeRefused() throws Exception {
        fleet.close();
        CompletableFuture<Void> cut = new CompletableFuture<>();
        try (RecordingPod pod = RecordingPod.start(pods.socket(0));
                Gateway gateway = Gateway.start(world().replace("{headroomPercent: 0}", "{maxQueueing: 1ms}"))) {
            CountDownLatch begun = new CountDownLatch(1);
            pod.answer((exchange, request) -> {
                if (!request.header("x-llm-d-inference-objective").equals("batch")) {
                    RecordingPod.status(200, "{}").to(exchange, request);
                    return;
                }
                exchange.getResponseHeaders().set("content-type", "text/event-stream");
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().flush();
                begun.countDown();
                try {
                    assertThat(ended(exchange)).isTrue();
                    cut.complete(null);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            });
            CompletableFuture<HttpResponse<String>> ended = CompletableFuture.supplyAsync(
                    () -> gateway.http().post(PATH, LONG, "x-llm-d-inference-objective", "batch"), clients);
            assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();

            assertThat(interactive(gateway.http()).statusCode()).isEqualTo(200);

            HttpResponse<String> answer = ended.get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("content-type")).contains("application/json");
            assertThat(answer.body()).startsWith("{\"error\":{").endsWith("}}");
            assertThat(cut).succeedsWithin(SOON);
            assertThat(gateway.metric("sluice_requests_total", "outcome=\"preempted\""))
                    .isEqualTo(1);
        }
    }

    /// Comments are written until nobody takes them.
    private static boolean ended(HttpExchange exchange) throws InterruptedException {
        Thread.sleep(300);
        for (int i = 0; i < 100; i++) {
            try {
                exchange.getResponseBody().write(": still here\n\n".getBytes(StandardCharsets.UTF_8));
                exchange.getResponseBody().flush();
            } catch (IOException gone) {
                return true;
            }
            Thread.sleep(50);
        }
        return false;
    }

    @Test
    void oneWithoutAFirstByteIsToldWhenToComeAgain() throws Exception {
        try (Gateway gateway = Gateway.start(world())) {
            CompletableFuture<HttpResponse<String>> kept = batch(gateway.http(), 1, true);
            CompletableFuture<HttpResponse<String>> ended = batch(gateway.http(), 2, false);

            assertThat(interactive(gateway.http()).statusCode()).isEqualTo(200);

            assertOneAborted();
            HttpResponse<String> answer = ended.get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("x-llm-d-request-dropped-reason"))
                    .contains("evicted-priority");
            assertThat(answer.headers().firstValueAsLong("retry-after").orElse(0))
                    .isBetween(1L, 300L);
            assertThat(answer.body()).startsWith("{\"error\":{").contains("evicted-priority");
            assertThat(kept).isNotDone();
        }
    }

    @Test
    void whereBodiesDoNotPassAStreamIsReset() throws Exception {
        try (ForeignGateway gateway = ForeignGateway.start(world());
                ForeignEnvoy envoy = gateway.envoy("FULL_DUPLEX_STREAMED", "NONE");
                Client client = envoy.client()) {
            CompletableFuture<HttpResponse<String>> kept = batch(client, 1, false);
            CompletableFuture<HttpResponse<String>> ended = batch(client, 2, true);

            assertThat(interactive(client).statusCode()).isEqualTo(200);

            assertOneAborted();
            assertThat(ended)
                    .failsWithin(SOON)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(UncheckedIOException.class);
            assertThat(kept).isNotDone();
        }
    }

    @Test
    void whoseClassDoesNotPreemptWaits() throws Exception {
        String polite = world().replace("PreemptLowerPriority", "Never");
        try (Gateway gateway = Gateway.start(polite)) {
            CompletableFuture<HttpResponse<String>> first = batch(gateway.http(), 1, true);
            CompletableFuture<HttpResponse<String>> second = batch(gateway.http(), 2, true);
            CompletableFuture<HttpResponse<String>> waiting =
                    CompletableFuture.supplyAsync(() -> interactive(gateway.http()), clients);
            await().until(() -> gateway.metric("sluice_queue_requests") == 1);
            Thread.sleep(1_000);
            assertThat(stats().aborted()).isZero();
            assertThat(List.of(first, second, waiting)).noneMatch(CompletableFuture::isDone);
        }
    }
}
