package dev.sluice.e2e.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Pools in order of preference: what the first has no room for goes to the second, and comes back.
class TiersIT {
    private static final String PATH = "/v1/completions";
    private static final int PROMPT_BYTES = 100_000;

    private static String prompt(int number) {
        return "{\"model\":\"%s\",\"prompt\":\"%s\",\"max_tokens\":1}"
                .formatted(Fleets.MODEL, (number + " words ").repeat(PROMPT_BYTES / 9));
    }

    private static String world(Loopback pods) {
        return Manifests.all(
                Manifests.gateway(),
                Manifests.route("all", "{path: {type: PathPrefix, value: /}}", "owned"),
                Manifests.pool("owned", "FailClose", pods.port()),
                Manifests.pool("rented", "FailClose", pods.port()),
                Manifests.policy("owned", "admission: {maxQueueing: 100ms}"),
                Manifests.policy("rented", "admission: {maxQueueing: 100ms}"),
                """
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferenceModel
                metadata: {name: chat}
                spec:
                  modelName: %s
                  poolRefs: [{name: owned, tier: 0}, {name: rented, tier: 1}]
                """.formatted(Fleets.MODEL),
                Manifests.endpoints("owned", pods.hosts().subList(0, 1)),
                Manifests.endpoints("rented", pods.hosts().subList(1, 2)));
    }

    private static JsonNode moved(Gateway gateway, HttpResponse<String> answer) {
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        return gateway.admin("/explain/" + id).path("moved");
    }

    @Test
    void whatThePreferredPoolHasNoRoomForSpillsAndComesBack() throws Exception {
        Loopback pods = Loopback.of(2);
        try (Fleet fleet = Fleets.start(pods.sockets());
                Gateway gateway = Gateway.start(world(pods), Gateway.Options.USUAL.withSharedPicker());
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(fleet.servers()).hasSize(2);
            assertThat(moved(gateway, gateway.http().post(PATH, prompt(0))).isMissingNode())
                    .as("stays while there is room")
                    .isTrue();

            List<CompletableFuture<HttpResponse<String>>> burst = new ArrayList<>();
            for (int i = 1; i <= 12; i++) {
                String body = prompt(i);
                burst.add(CompletableFuture.supplyAsync(() -> gateway.http().post(PATH, body), clients));
            }
            int spilled = 0;
            for (CompletableFuture<HttpResponse<String>> each : burst) {
                HttpResponse<String> answer = each.get(60, TimeUnit.SECONDS);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                JsonNode moved = moved(gateway, answer);
                if (!moved.isMissingNode()) {
                    assertThat(moved.path("reason").asText()).isEqualTo("spill");
                    spilled++;
                }
            }
            assertThat(spilled).as("those that waited went to both").isBetween(3, 9);
            assertThat(gateway.metric("sluice_moves_total")).isEqualTo(spilled);

            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> moved(
                                    gateway,
                                    gateway.http()
                                            .post(
                                                    PATH,
                                                    "{\"model\":\"" + Fleets.MODEL
                                                            + "\",\"prompt\":\"hi\",\"max_tokens\":1}"))
                            .isMissingNode());
        }
    }
}
