package dev.sluice.picker.admin;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.pools;
import static dev.sluice.picker.Fixtures.signals;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.picker.Fixtures;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.PublishedModel.WeightedTarget;
import dev.sluice.picker.cost.Observation;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.decision.Candidate;
import dev.sluice.picker.decision.ComparedPrices;
import dev.sluice.picker.decision.DecidedPool;
import dev.sluice.picker.decision.Decision;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.decision.Reroute;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.journal.Journal;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.ReportedServer;
import dev.sluice.picker.pool.signal.AdapterState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
    private static final ModelName SQL = new ModelName("sql");

    private final Journal journal = new Journal(1 << 16);
    private final RateBook rates = new RateBook();
    private final Pools pools = pools(PolicyKind.COST, H100, H100);
    private final AtomicBoolean ready = new AtomicBoolean();
    private final HttpClient http = HttpClient.newHttpClient();
    private Catalog catalog = Catalog.EMPTY;
    private AdminServer admin;

    @BeforeEach
    void start() throws IOException {
        admin = AdminServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new AdminServer.Views(
                        () -> "some_meter 1.0\n",
                        journal,
                        rates,
                        ready::get,
                        new AdminServer.ServedPools(
                                pools,
                                () -> catalog,
                                (_, target) -> target.served().equals(SQL) ? 7 : 0)));
    }

    @AfterEach
    void stop() {
        http.close();
        admin.close();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + admin.address().getPort() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode json(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        return new ObjectMapper().readTree(response.body());
    }

    @Test
    void explainsADecision() throws Exception {
        float[] parts = {40, 172, 0, 0, 3, 1, 0, 0, 0};
        List<Candidate> candidates = List.of(
                new Candidate(new EndpointId("pod-1", "10.0.0.1", 8000), parts),
                new Candidate(new EndpointId("pod-2", "fd00::2", 8000), parts));
        journal.record(new Decision(
                "a/b c",
                1_700_000_000_000L,
                new DecidedPool(POOL, "llama", null, null),
                new ComparedPrices(PolicyKind.COST, candidates, 3, 700, 800, 1_024),
                4_000));
        JsonNode node = json("/explain/a/b%20c");
        assertThat(node.get("requestId").asText()).isEqualTo("a/b c");
        assertThat(node.get("time").asText()).isEqualTo("2023-11-14T22:13:20Z");
        assertThat(node.get("pool").asText()).isEqualTo("ml/llama");
        assertThat(node.get("model").asText()).isEqualTo("llama");
        assertThat(node.get("policy").asText()).isEqualTo("COST");
        assertThat(node.get("unit").asText()).isEqualTo("ms");
        assertThat(node.get("chosen").asText()).isEqualTo("10.0.0.1:8000");
        assertThat(node.get("promptTokens").asInt()).isEqualTo(4_000);
        assertThat(node.get("cachedTokens").asInt()).isEqualTo(1_024);
        assertThat(node.get("candidates")).hasSize(2);
        JsonNode first = node.get("candidates").get(0);
        assertThat(first.get("total").asDouble()).isEqualTo(216);
        assertThat(first.get("parts").get("queue").asDouble()).isEqualTo(40);
        assertThat(first.get("parts").get("prefill").asDouble()).isEqualTo(172);
        assertThat(node.get("candidates").get(1).get("endpoint").asText()).isEqualTo("[fd00::2]:8000");
        assertThat(node.get("others").get("count").asInt()).isEqualTo(3);
        assertThat(node.get("others").get("median").asDouble()).isEqualTo(800);
    }

    @Test
    void aRequestThatIsNotInTheJournalIs404() throws Exception {
        HttpResponse<String> response = get("/explain/nobody");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("nobody");
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void showsWhatWasPublishedAndWhatWasLearned() throws Exception {
        assertThat(json("/rates")).isEmpty();
        Hardware hardware = new Hardware("NVIDIA-L40S", 2, "llama-8b");
        double published = rates.of(hardware).stepMillis(1, 100);
        rates.observe(hardware, new Observation.Decode(10 * 2 * published, 10, 1, 100, 0, 0));
        rates.observe(hardware, new Observation.Decode(10 * 100 * published, 10, 1, 100, 0, 0));
        JsonNode node = json("/rates").get(0);
        assertThat(node.get("accelerator").asText()).isEqualTo("NVIDIA-L40S");
        assertThat(node.get("accelerators").asInt()).isEqualTo(2);
        assertThat(node.get("model").asText()).isEqualTo("llama-8b");
        assertThat(node.get("learned").get("d0").asDouble())
                .isGreaterThan(1.5 * node.get("published").get("d0").asDouble());
        assertThat(node.get("observations").get("learned").asInt()).isEqualTo(1);
        assertThat(node.get("observations").get("outliers").asInt()).isEqualTo(1);
        assertThat(node.get("recentMedianError").get("step").asDouble()).isPositive();
        assertThat(node.get("shifts").asInt()).isZero();
    }

    @Test
    void showsThePoolsAsTheyAre() throws Exception {
        Endpoint endpoint = pools.all().get(POOL).endpoints().getFirst();
        endpoint.inFlight().place(0, 1, 700);
        endpoint.report(signals(2, 5, .25));
        endpoint.report(new ReportedServer(Engine.SGLANG, 1));
        JsonNode pool = json("/pools").get("ml/llama");
        assertThat(pool.get("policy").asText()).isEqualTo("COST");
        JsonNode first = pool.get("endpoints").get(0);
        assertThat(first.get("address").asText()).isEqualTo("10.0.0.0:8000");
        assertThat(first.get("engine").asText()).isEqualTo("sglang");
        assertThat(first.get("inFlight").asInt()).isEqualTo(1);
        assertThat(first.get("inFlightTokens").asInt()).isEqualTo(700);
        assertThat(first.get("signals").get("waiting").asInt()).isEqualTo(2);
        assertThat(first.get("signals").get("kvUsage").asDouble()).isEqualTo(.25);
        assertThat(pool.get("endpoints").get(1).has("signals")).isFalse();
        assertThat(pool.get("endpoints").get(1).has("engine")).isFalse();
    }

    @Test
    void saysWhatTheOperatorWritesIntoStatuses() throws Exception {
        ModelName base = new ModelName("llama-3.1-8b");
        catalog = new Catalog(Map.of(
                POOL,
                List.of(new PublishedModel(
                        new ModelName("chat"),
                        List.of(new WeightedTarget(base, null, 9), new WeightedTarget(SQL, SQL, 1))))));
        List<Endpoint> endpoints = pools.all().get(POOL).endpoints();
        endpoints.getFirst().report(signals(0, 5, .25));
        endpoints.getFirst().reportAdapters(Map.of("sql", AdapterState.ABSENT));
        assertThat(json("/status")).isEqualTo(new ObjectMapper().readTree("""
                {"pools": [{"namespace": "ml", "name": "llama", "endpoints": 2, "saturation": 0.25, "models": [
                  {"name": "chat", "targets": [
                    {"target": "llama-3.1-8b", "endpoints": 2, "requests": 0},
                    {"target": "sql", "endpoints": 1, "requests": 7}]}]}]}
                """));
        endpoints.getFirst().reportModels(Set.of("sql", "other"));
        endpoints.getLast().reportModels(Set.of("llama-3.1-8b", "sql"));
        assertThat(json("/status").get("pools").get(0).get("serves").toString())
                .isEqualTo("[\"llama-3.1-8b\",\"other\",\"sql\"]");
        assertThat(json("/status").at("/pools/0/models/0/targets/0/endpoints").asInt())
                .as("of the base model")
                .isEqualTo(1);
        endpoints.getLast().report(signals(3, 5, .5));
        assertThat(json("/status").get("pools").get(0).get("saturation").asDouble())
                .isEqualTo(.63);
    }

    @Test
    void anExplanationSaysThatTheRequestWasMoved() throws Exception {
        Candidate only = new Candidate(new EndpointId("pod-1", "10.0.0.1", 8000), 1);
        Decision decision = Fixtures.decision("moved", 0, "llama", PolicyKind.RANDOM, List.of(only));
        journal.record(decision.moved(new Reroute(new PoolId("ml", "other"), Reroute.RerouteReason.UNPUBLISHED)));
        assertThat(json("/explain/moved").get("moved"))
                .isEqualTo(new ObjectMapper().readTree("{\"from\": \"ml/other\", \"reason\": \"unpublished\"}"));
        journal.record(decision);
        assertThat(json("/explain/moved").has("moved")).isFalse();
    }

    @Test
    void isAliveAlwaysAndReadyWhenToldSo() throws Exception {
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        ready.set(true);
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void showsTheMeters() throws Exception {
        HttpResponse<String> response = get("/metrics");
        assertThat(response.body()).isEqualTo("some_meter 1.0\n");
        assertThat(response.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
    }
}
