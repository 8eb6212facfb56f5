package dev.sluice.e2e.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.stack.Fleets;
import dev.sluice.e2e.stack.Gateway;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Manifests;
import dev.sluice.simulator.Fleet;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Who runs first on a saturated pool, and who is told to come again.
class AdmissionIT {
    private static final String PATH = "/v1/completions";
    private static final int PROMPT_BYTES = 100_000;

    private static String objective(String group, String name, int priority) {
        return """
                apiVersion: %s/v1alpha2
                kind: InferenceObjective
                metadata: {name: %s}
                spec: {priority: %d, poolRef: {name: pool}}
                """.formatted(group, name, priority);
    }

    private static String prompt(int number) {
        return "{\"model\":\"%s\",\"prompt\":\"%s\",\"max_tokens\":1}"
                .formatted(Fleets.MODEL, (number + " words ").repeat(PROMPT_BYTES / 9));
    }

    private static String world(Loopback pods, List<String> hosts, String admission) {
        String settings = Manifests.all(
                Manifests.gateway(),
                Manifests.route("all", "{path: {type: PathPrefix, value: /}}", "pool"),
                Manifests.pool("pool", "FailClose", pods.port()),
                Manifests.policy("pool", "admission: " + admission),
                objective("llm-d.ai", "interactive", 100),
                objective("inference.networking.x-k8s.io", "batch", -10));
        return hosts.isEmpty() ? settings : Manifests.all(settings, Manifests.endpoints("pool", hosts));
    }

    @Test
    void underOverloadTheHighGoFirstAndTheLowWaitOrAreToldWhenToComeAgain() throws Exception {
        Loopback pods = Loopback.of(1);
        String yaml = world(pods, pods.hosts(), "{maxQueueing: 100ms, sheddableLimits: {maxRequests: 5}}");
        ConcurrentLinkedQueue<String> finished = new ConcurrentLinkedQueue<>();
        try (Fleet fleet = Fleets.start(pods.sockets());
                Gateway gateway = Gateway.start(yaml);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(fleet.servers()).hasSize(1);
            List<CompletableFuture<HttpResponse<String>>> fill = new ArrayList<>();
            List<CompletableFuture<HttpResponse<String>>> low = new ArrayList<>();
            List<CompletableFuture<HttpResponse<String>>> high = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String body = prompt(i);
                fill.add(CompletableFuture.supplyAsync(() -> gateway.http().post(PATH, body), clients));
            }
            await().until(() -> gateway.metric("sluice_queue_requests") >= 1);
            for (int i = 0; i < 12; i++) {
                String body = prompt(100 + i);
                low.add(CompletableFuture.supplyAsync(
                                () -> gateway.http().post(PATH, body, "x-gateway-inference-objective", "batch"),
                                clients)
                        .whenComplete((answer, _) -> {
                            if (answer != null && answer.statusCode() == 200) {
                                finished.add("low");
                            }
                        }));
            }
            await().until(() -> low.stream().filter(CompletableFuture::isDone).count() >= 7);
            for (int i = 0; i < 4; i++) {
                String body = prompt(200 + i);
                high.add(CompletableFuture.supplyAsync(
                                () -> gateway.http().post(PATH, body, "x-llm-d-inference-objective", "interactive"),
                                clients)
                        .whenComplete((_, _) -> finished.add("high")));
            }
            for (CompletableFuture<HttpResponse<String>> each : high) {
                assertThat(each.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            }
            for (CompletableFuture<HttpResponse<String>> each : fill) {
                assertThat(each.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            }
            int served = 0;
            for (CompletableFuture<HttpResponse<String>> each : low) {
                HttpResponse<String> answer = each.get(60, TimeUnit.SECONDS);
                if (answer.statusCode() == 200) {
                    served++;
                } else {
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
                    assertThat(answer.headers().firstValueAsLong("retry-after").orElse(0))
                            .isBetween(1L, 300L);
                    assertThat(answer.headers().firstValue("x-llm-d-request-dropped-reason"))
                            .contains("rejected-saturated");
                }
            }
            assertThat(served).isBetween(5, 7);
            List<String> order = List.copyOf(finished);
            assertThat(order.subList(0, order.lastIndexOf("high")).stream().filter("low"::equals))
                    .as("those that were on their way already, of %s", order)
                    .hasSizeLessThanOrEqualTo(2);
            assertThat(gateway.metric("sluice_queue_requests")).isZero();
        }
    }

    @Test
    void aPoolScaledFromZeroAnswersWhoWaited() throws Exception {
        Loopback pods = Loopback.of(1);
        String admission = "{scaleFromZeroTimeout: 30s}";
        try (Fleet fleet = Fleets.start(pods.sockets());
                Gateway gateway = Gateway.start(world(pods, List.of(), admission));
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(fleet.servers()).hasSize(1);
            CompletableFuture<HttpResponse<String>> waiting =
                    CompletableFuture.supplyAsync(() -> gateway.http().post(PATH, prompt(1)), clients);
            await().until(() -> gateway.metric("sluice_queue_requests") >= 1);
            assertThat(waiting).isNotDone();
            gateway.publishToEnvoy(world(pods, pods.hosts(), admission));
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> !gateway.envoyEndpoints().isEmpty());
            gateway.publishToPicker(world(pods, pods.hosts(), admission));
            assertThat(waiting.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whoStillWaitsWhenThePickerEndsIsTold() throws Exception {
        Loopback pods = Loopback.of(1);
        Gateway.Options options =
                new Gateway.Options(Duration.ofMinutes(1), Duration.ofSeconds(30), Duration.ofSeconds(2));
        try (Gateway gateway = Gateway.start(world(pods, List.of(), "{scaleFromZeroTimeout: 60s}"), options);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<HttpResponse<String>> waiting =
                    CompletableFuture.supplyAsync(() -> gateway.http().post(PATH, prompt(1)), clients);
            await().until(() -> gateway.metric("sluice_queue_requests") >= 1);
            gateway.stopPicker();
            HttpResponse<String> answer = waiting.get(10, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.headers().firstValue("x-llm-d-request-dropped-reason"))
                    .contains("rejected-shutting-down");
            assertThat(answer.headers().firstValueAsLong("retry-after")).hasValue(1);
        }
    }
}
