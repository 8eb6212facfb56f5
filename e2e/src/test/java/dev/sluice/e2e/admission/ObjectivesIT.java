package dev.sluice.e2e.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.stack.Fleets;
import dev.sluice.e2e.stack.Gateway;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Manifests;
import dev.sluice.simulator.Fleet;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What becomes of requests that should see their tokens in time.
class ObjectivesIT {
    private static final String PATH = "/v1/completions";
    /// Of 25,000 tokens, which the engine computes in a good second.
    private static final int PROMPT_BYTES = 100_000;

    private static final String BATCH = """
            apiVersion: llm-d.ai/v1alpha2
            kind: InferenceObjective
            metadata: {name: batch}
            spec: {priority: -10, poolRef: {name: pool}}
            """;

    private final Loopback pods = Loopback.of(1);
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stop() {
        clients.shutdownNow();
    }

    private String world(String admission) {
        return Manifests.all(
                Manifests.onePool("FailClose", pods),
                Manifests.policy("pool", "admission: " + admission),
                BATCH,
                Manifests.model("chat", Fleets.MODEL, "pool")
                        + "  objectives: {timeToFirstToken: 30s, timePerOutputToken: 10s}\n");
    }

    private static String body(String prompt) {
        return "{\"model\":\"%s\",\"prompt\":\"%s\",\"max_tokens\":8,\"stream\":true,\"stream_options\":{\"include_usage\":true}}"
                .formatted(Fleets.MODEL, prompt);
    }

    private static String prompt(int number) {
        return body((number + " words ").repeat(PROMPT_BYTES / 9));
    }

    private CompletableFuture<HttpResponse<String>> fill(Gateway gateway, int requests) {
        CompletableFuture<HttpResponse<String>> last = CompletableFuture.completedFuture(null);
        for (int i = 0; i < requests; i++) {
            String body = prompt(i);
            last = CompletableFuture.supplyAsync(() -> gateway.http().post(PATH, body), clients);
        }
        await().until(() -> gateway.inFlight("pool") + gateway.metric("sluice_queue_requests") >= requests);
        return last;
    }

    private static double counted(Gateway gateway, String objective, boolean met) {
        return gateway.metric(
                "sluice_objectives_total", "objective=\"%s\"".formatted(objective), "met=\"%b\"".formatted(met));
    }

    private static HttpResponse<String> hurriedBatch(Gateway gateway) {
        return gateway.http()
                .post(PATH, body("hello"), "x-llm-d-inference-objective", "batch", "x-llm-d-slo-ttft-ms", "200");
    }

    private static void assertUnreachable(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
        assertThat(answer.body()).contains("objective");
        assertThat(answer.headers().firstValue("x-llm-d-request-dropped-reason"))
                .contains("rejected-saturated");
        assertThat(answer.headers().firstValueAsLong("retry-after").orElse(0)).isBetween(1L, 300L);
    }

    @Test
    void aModelsObjectivesAndAClientsOwnAreWhatAnswersAreMeasuredBy() throws Exception {
        try (Fleet fleet = Fleets.start(pods.sockets());
                Gateway gateway = Gateway.start(world("{}"))) {
            assertThat(fleet.servers()).hasSize(1);
            assertThat(gateway.http().post(PATH, body("hello")).statusCode()).isEqualTo(200);
            await().until(() -> counted(gateway, "ttft", true) == 1 && counted(gateway, "tpot", true) == 1);
            HttpResponse<String> hurried =
                    gateway.http().post(PATH, prompt(1), "x-llm-d-slo-ttft-ms", "1", "x-llm-d-slo-tpot-ms", "0.1");
            assertThat(hurried.statusCode()).as("late, and served all the same").isEqualTo(200);
            await().until(() -> counted(gateway, "ttft", false) == 1 && counted(gateway, "tpot", false) == 1);
            assertThat(counted(gateway, "ttft", true)).isEqualTo(1);
        }
    }

    @Test
    void aSheddableRequestThatWouldWaitTooLongIsToldSoBeforeItDoes() throws Exception {
        try (Fleet fleet = Fleets.start(pods.sockets());
                Gateway gateway = Gateway.start(world("{maxQueueing: 100ms}"))) {
            assertThat(fleet.servers()).hasSize(1);
            CompletableFuture<HttpResponse<String>> last = fill(gateway, 4);
            assertUnreachable(hurriedBatch(gateway));
            assertThat(last).as("the answer did not wait for the others").isNotDone();
            assertThat(gateway.metric("sluice_queue_seconds_count", "end=\"objective_unreachable\""))
                    .isEqualTo(1);
            assertThat(last.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aSheddableRequestThatFindsRoomAndNoEndpointInTimeIsNotPlaced() throws Exception {
        try (Fleet fleet = Fleets.start(pods.sockets());
                Gateway gateway = Gateway.start(world("{maxQueueing: 60s, headroomPercent: 0}"))) {
            assertThat(fleet.servers()).hasSize(1);
            CompletableFuture<HttpResponse<String>> last = fill(gateway, 4);
            assertUnreachable(hurriedBatch(gateway));
            assertThat(last).isNotDone();
            assertThat(gateway.metric("sluice_requests_total", "outcome=\"objective_unreachable\""))
                    .isEqualTo(1);
            HttpResponse<String> same = gateway.http().post(PATH, body("hello"), "x-llm-d-slo-ttft-ms", "200");
            assertThat(same.statusCode()).as("not sheddable").isEqualTo(200);
            assertThat(last.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }
}
