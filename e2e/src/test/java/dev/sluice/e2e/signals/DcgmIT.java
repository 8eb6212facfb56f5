package dev.sluice.e2e.signals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.e2e.stack.GatewayStack;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.simulator.serving.Fault;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What DCGM exporters say of the pods' GPUs decides where requests go.
class DcgmIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PORT = Loopback.freePort();
    private static final int REQUESTS = 8;

    /// Each pod is alone on its node, whose address is the pod's.
    @RegisterExtension
    static final GatewayStack STACK = GatewayStack.withServers(2)
            .configuringServers(server -> server.withDcgmAddress(
                    new InetSocketAddress(server.addresses().api().getAddress(), PORT)))
            .editingEndpoints(endpoints -> endpoints.replaceAll("address: ([0-9.]+)", "address: $1, hostAddress: $1"))
            .editingPool(pool -> pool + """
                    ---
                    apiVersion: inference.sluice.dev/v1alpha1
                    kind: InferencePoolPolicy
                    metadata: {name: llama}
                    spec: {targetRefs: [{name: llama}], signals: {dcgm: {port: %d, interval: 100ms}}}
                    """.formatted(PORT));

    @AfterEach
    void repair() {
        STACK.servers().forEach(server -> server.fault(new Fault.None()));
        await().atMost(PATIENCE).untilAsserted(() -> {
            for (int server = 0; server < 2; server++) {
                assertThat(endpoint(server).at("/gpus/fatalXid").asInt(-1)).isZero();
                assertThat(endpoint(server).at("/gpus/clock").asDouble()).isEqualTo(1);
            }
        });
    }

    private static JsonNode endpoint(int server) throws IOException, InterruptedException {
        JsonNode pools =
                JSON.readTree(STACK.get(STACK.pickerAdmin().resolve("/pools")).body());
        return pools.path("default/llama").path("endpoints").path(server);
    }

    private static HttpResponse<String> ask(int number) throws IOException, InterruptedException {
        return STACK.post("/v1/chat/completions", """
                {"model":"%s","max_tokens":2,"messages":[{"role":"user","content":"%d %d"}]}
                """.formatted(GatewayStack.MODEL, number, System.nanoTime()));
    }

    private static long sentTo(int server) throws IOException, InterruptedException {
        long before = STACK.requestsPerServer().get(server);
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(ask(i).statusCode()).isEqualTo(200);
        }
        return STACK.requestsPerServer().get(server) - before;
    }

    @Test
    void theExporterSaysWhatThePodRunsOn() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(endpoint(0).path("accelerator").asText()).isEqualTo("NVIDIA H100 80GB HBM3");
            assertThat(endpoint(0).path("accelerators").asInt()).isEqualTo(1);
            assertThat(endpoint(0).at("/gpus/memoryUsage").asDouble()).isBetween(.85, .95);
        });
    }

    @Test
    void aPodWithAFailedGpuGetsNoRequests() throws Exception {
        STACK.server(0).fault(new Fault.Xid(79));
        await().atMost(PATIENCE).until(() -> endpoint(0).at("/gpus/fatalXid").asInt() == 79);
        assertThat(sentTo(0)).isZero();
        STACK.server(1).fault(new Fault.Xid(48));
        await().atMost(PATIENCE).until(() -> endpoint(1).at("/gpus/fatalXid").asInt() == 48);
        HttpResponse<String> refused = ask(0);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("no endpoint with working GPUs: 2 are ready, each with a fatal XID error");
        STACK.server(0).fault(new Fault.Xid(0));
        await().atMost(PATIENCE).until(() -> endpoint(0).at("/gpus/fatalXid").asInt() == 0);
        assertThat(sentTo(0)).isEqualTo(REQUESTS);
    }

    @Test
    void anApplicationsFaultChangesNothing() throws Exception {
        STACK.server(0).fault(new Fault.Xid(13));
        STACK.server(1).fault(new Fault.Xid(79));
        await().atMost(PATIENCE).until(() -> endpoint(1).at("/gpus/fatalXid").asInt() == 79);
        assertThat(sentTo(0)).isEqualTo(REQUESTS);
    }

    @Test
    void aPodWhoseGpusAreHeldBackCostsMore() throws Exception {
        STACK.server(0).fault(new Fault.Throttle(.25));
        await().atMost(PATIENCE).until(() -> endpoint(0).at("/gpus/clock").asDouble() == .25);
        assertThat(sentTo(0)).isZero();
    }
}
