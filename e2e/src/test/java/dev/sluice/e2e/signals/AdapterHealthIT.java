package dev.sluice.e2e.signals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.e2e.stack.GatewayStack;
import dev.sluice.simulator.ModelServer;
import dev.sluice.simulator.serving.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A server that does not serve an adapter gets no request for it, and its share of all others.
class AdapterHealthIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int REQUESTS = 12;
    private static final int HEALTH_PORT = freePort();
    private static final String BY_HEALTH = "grpcPort: " + HEALTH_PORT + ", models: false";
    private static final String BY_MODELS = "models: true";

    @RegisterExtension
    final GatewayStack stack = GatewayStack.withServers(3)
            .configuringServers(config -> config.withHealthAddress(
                    new InetSocketAddress(config.addresses().api().getAddress(), HEALTH_PORT)))
            .editingPool(pool -> pool + """
                    ---
                    apiVersion: inference.sluice.dev/v1alpha1
                    kind: InferencePoolPolicy
                    metadata: {name: llama}
                    spec:
                      targetRefs: [{name: llama}]
                      scheduling: {policy: RoundRobin}
                      signals: {adapterHealth: {%s, interval: 200ms}}
                    """.formatted(BY_HEALTH));

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private HttpResponse<String> ask(String model) throws IOException, InterruptedException {
        return stack.post(
                "/v1/completions", "{\"model\":\"%s\",\"prompt\":\"hello\",\"max_tokens\":2}".formatted(model));
    }

    /// How many requests for the model each server gets; all succeed.
    private List<Long> served(String model) throws IOException, InterruptedException {
        List<Long> before = stack.requestsPerServer();
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(ask(model).statusCode()).isEqualTo(200);
        }
        List<Long> after = stack.requestsPerServer();
        List<Long> gained = new ArrayList<>();
        for (int i = 0; i < after.size(); i++) {
            gained.add(after.get(i) - before.get(i));
        }
        return gained;
    }

    /// Until the picker has heard this of the adapter at each server.
    private void awaitStates(String... states) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(states()).containsExactly(states));
    }

    private List<String> states() throws IOException, InterruptedException {
        JsonNode pools =
                JSON.readTree(stack.get(stack.pickerAdmin().resolve("/pools")).body());
        List<String> states = new ArrayList<>();
        for (JsonNode endpoint : pools.path("default/llama").path("endpoints")) {
            states.add(endpoint.path("adapters").path(GatewayStack.ADAPTER).asText());
        }
        return states;
    }

    private void unload(ModelServer server) throws IOException, InterruptedException {
        InetSocketAddress at = server.address();
        URI url = URI.create(
                "http://" + at.getAddress().getHostAddress() + ":" + at.getPort() + "/v1/unload_lora_adapter");
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(url)
                    .POST(HttpRequest.BodyPublishers.ofString("{\"lora_name\":\"" + GatewayStack.ADAPTER + "\"}"))
                    .build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void anAdapterThatIsNotServingTakesItsServerOutForThatAdapterOnly() throws Exception {
        awaitStates("SERVING", "SERVING", "SERVING");
        stack.server(1).fault(new Fault.Adapter(GatewayStack.ADAPTER));
        awaitStates("SERVING", "NOT_SERVING", "SERVING");
        assertThat(served(GatewayStack.ADAPTER_MODEL)).containsExactly(6L, 0L, 6L);
        assertThat(served(GatewayStack.MODEL)).containsExactly(4L, 4L, 4L);
        stack.server(1).fault(new Fault.None());
        awaitStates("SERVING", "SERVING", "SERVING");
        assertThat(served(GatewayStack.ADAPTER_MODEL)).containsExactly(4L, 4L, 4L);
    }

    @Test
    void anAdapterThatNobodyServesIsRefusedUnderItsOwnName() throws Exception {
        for (ModelServer server : stack.servers()) {
            server.fault(new Fault.Adapter(GatewayStack.ADAPTER));
        }
        awaitStates("NOT_SERVING", "NOT_SERVING", "NOT_SERVING");
        HttpResponse<String> refused = ask(GatewayStack.ADAPTER_MODEL);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertThat(refused.body()).contains("do not serve adapter '" + GatewayStack.ADAPTER + "'");
        assertThat(ask(GatewayStack.MODEL).statusCode()).isEqualTo(200);
        assertThat(stack.get(stack.pickerAdmin().resolve("/metrics")).body())
                .contains("sluice_adapters_not_served 3.0")
                .containsPattern("sluice_requests_total\\{[^}]*outcome=\"adapter_not_serving\"[^}]*} 1\\.0");
    }

    @Test
    void theListOfModelsTellsWhoHasAnAdapter() throws Exception {
        Path pool = stack.folder().resolve("pool.yaml");
        Files.writeString(pool, Files.readString(pool).replace(BY_HEALTH, BY_MODELS));
        unload(stack.server(0));
        awaitStates("ABSENT", "SERVING", "SERVING");
        assertThat(served(GatewayStack.ADAPTER_MODEL)).containsExactly(0L, 6L, 6L);
        assertThat(served(GatewayStack.MODEL)).containsExactly(4L, 4L, 4L);
        unload(stack.server(1));
        unload(stack.server(2));
        awaitStates("ABSENT", "ABSENT", "ABSENT");
        // The engines answer themselves: one might have loaded it.
        assertThat(ask(GatewayStack.ADAPTER_MODEL).statusCode()).isEqualTo(404);
    }
}
