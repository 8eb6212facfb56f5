package dev.sluice.e2e.signals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.e2e.stack.GatewayStack;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.PrometheusServer;
import dev.sluice.simulator.ModelServer;
import dev.sluice.simulator.serving.Fault;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Where pods must not be scraped, a real Prometheus server tells the picker of them: it scrapes the simulated servers
/// and their DCGM exporters, the picker asks it and nobody else.
class PrometheusIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int DCGM_PORT = Loopback.freePort();
    private static final int REQUESTS = 6;
    /// What an engine takes at once, and what others send to it.
    private static final int SEQUENCES = 32;

    private static final int OTHERS = 2 * SEQUENCES;

    @RegisterExtension
    static final GatewayStack STACK = GatewayStack.withServers(2)
            .configuringServers(server -> server.withDcgmAddress(
                            new InetSocketAddress(server.addresses().api().getAddress(), DCGM_PORT))
                    .withEngine(server.engine().withMaxNumSeqs(SEQUENCES)));

    private static PrometheusServer prometheus;

    @BeforeAll
    static void start() throws Exception {
        prometheus = PrometheusServer.start(scraping());
        Path pool = STACK.folder().resolve("pool.yaml");
        Files.writeString(pool, Files.readString(pool) + """
                ---
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferencePoolPolicy
                metadata: {name: llama}
                spec:
                  targetRefs: [{name: llama}]
                  signals:
                    prometheus: {url: "%s", interval: 100ms, staleness: 5s}
                """.formatted(prometheus.url()));
    }

    @AfterAll
    static void stop() throws IOException {
        if (prometheus != null) {
            prometheus.close();
        }
    }

    @BeforeEach
    void allIsWell() throws IOException {
        STACK.servers().forEach(server -> server.fault(new Fault.None()));
        prometheus.reload(scraping());
        await().atMost(PATIENCE).untilAsserted(() -> {
            for (int server = 0; server < 2; server++) {
                assertThat(endpoint(server).at("/signals/kvCapacityTokens").asLong())
                        .as(endpoint(server).toString())
                        .isPositive();
                assertThat(endpoint(server).at("/gpus/fatalXid").asInt(-1)).isZero();
            }
        });
    }

    /// What a pod's own labels are in a cluster stands here as labels of the target.
    private static String scraping() {
        StringBuilder config = new StringBuilder("global: {scrape_interval: 200ms, scrape_timeout: 200ms}\n");
        config.append("scrape_configs:\n");
        for (ModelServer server : STACK.servers()) {
            String host = server.address().getAddress().getHostAddress();
            String pod = server.config().pod().name();
            config.append("""
                    - job_name: %1$s
                      static_configs:
                        - targets: ["%2$s:%3$d"]
                          labels: {namespace: default, pod: %1$s}
                    - job_name: dcgm-%1$s
                      static_configs:
                        - targets: ["%2$s:%4$d"]
                          labels: {namespace: gpu-operator, pod: exporter-%1$s}
                    """.formatted(pod, host, server.address().getPort(), DCGM_PORT));
        }
        return config.toString();
    }

    private static JsonNode endpoint(int server) throws IOException, InterruptedException {
        JsonNode pools =
                JSON.readTree(STACK.get(STACK.pickerAdmin().resolve("/pools")).body());
        return pools.path("default/llama").path("endpoints").path(server);
    }

    private static double meter(String line) throws IOException, InterruptedException {
        return STACK.get(STACK.pickerAdmin().resolve("/metrics"))
                .body()
                .lines()
                .filter(each -> each.startsWith(line))
                .mapToDouble(each -> Double.parseDouble(each.substring(each.lastIndexOf(' ') + 1)))
                .sum();
    }

    /// @return why the last one went where it went
    private static String ask(int times) throws IOException, InterruptedException {
        String explanation = "";
        for (int i = 0; i < times; i++) {
            HttpResponse<String> answer =
                    STACK.post("/v1/chat/completions", """
                            {"model":"%s","max_tokens":2,"messages":[{"role":"user","content":"%d %d"}]}
                            """.formatted(GatewayStack.MODEL, i, System.nanoTime()));
            assertThat(answer.statusCode()).isEqualTo(200);
            String id = answer.headers().firstValue("x-request-id").orElse("");
            explanation =
                    STACK.get(STACK.pickerAdmin().resolve("/explain/" + id)).body();
        }
        return explanation;
    }

    @Test
    void requestsGoWhereTheServerSaysThatNobodyWaits() throws Exception {
        HttpClient direct = HttpClient.newHttpClient();
        try {
            for (int i = 0; i < OTHERS; i++) {
                var _ = direct.sendAsync(pastTheGateway(0, i), HttpResponse.BodyHandlers.discarding());
            }
            await().atMost(PATIENCE)
                    .until(() -> endpoint(0).at("/signals/waiting").asInt() > 0);
            long before = STACK.requestsPerServer().getFirst();
            String explanation = ask(REQUESTS);
            assertThat(STACK.requestsPerServer().getFirst()).as(explanation).isEqualTo(before);
        } finally {
            direct.shutdownNow();
        }
        await().atMost(PATIENCE).until(() -> endpoint(0).at("/signals/running").asInt() == 0);
    }

    private static HttpRequest pastTheGateway(int server, int number) {
        InetSocketAddress address = STACK.server(server).address();
        return HttpRequest.newBuilder(URI.create("http://%s:%d/v1/completions"
                        .formatted(address.getAddress().getHostAddress(), address.getPort())))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"model\":\"%s\",\"prompt\":\"number %d\",\"max_tokens\":8000,\"ignore_eos\":true}"
                                .formatted(GatewayStack.MODEL, number)))
                .build();
    }

    @Test
    void theGpusAreKnownThroughTheServer() throws Exception {
        assertThat(endpoint(0).path("accelerator").asText()).isEqualTo("NVIDIA H100 80GB HBM3");
        STACK.server(1).fault(new Fault.Throttle(.5));
        STACK.server(0).fault(new Fault.Xid(79));
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(endpoint(0).at("/gpus/fatalXid").asInt()).isEqualTo(79);
            assertThat(endpoint(1).at("/gpus/clock").asDouble()).isEqualTo(.5);
        });
        long before = STACK.requestsPerServer().getFirst();
        ask(REQUESTS);
        assertThat(STACK.requestsPerServer().getFirst()).isEqualTo(before);
    }

    /// The server answers all the time; it is its samples that grow old. The picker does not look at the pods even
    /// then, although they would answer.
    @Test
    void samplesGrowStaleHoweverOftenTheyAreRead() throws Exception {
        double errors = meter("sluice_source_errors_total");
        prometheus.reload("scrape_configs: []\n");
        await().atMost(PATIENCE).until(() -> meter("sluice_endpoints_unread") == 2);
        assertThat(meter("sluice_source_errors_total")).isEqualTo(errors);
        assertThat(meter("sluice_source_age_seconds{pool=\"default/llama\",signal=\"waiting\",source=\"prometheus\"}"))
                .isBetween(4.0, 10.0);
        ask(REQUESTS);
    }
}
