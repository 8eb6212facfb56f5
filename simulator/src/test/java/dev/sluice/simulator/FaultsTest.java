package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.Profile;
import dev.sluice.simulator.serving.Fault;
import dev.sluice.simulator.serving.ServerConfig;
import dev.sluice.simulator.serving.ServerStats;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private static final String STREAM = """
            {"messages":[{"role":"user","content":"hello"}],"max_tokens":%d,"ignore_eos":true,"stream":true}""";
    private static final String CHAT = "/v1/chat/completions";

    private ModelServer server;
    private Client client;

    @BeforeEach
    void start() throws Exception {
        server =
                ModelServer.start(ServerConfig.of("vllm-0", Client.anyPort(), "llama", EngineConfig.of(Profile.H100_8B))
                        .withDcgmAddress(Client.anyPort()));
        client = new Client(server.address());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void clientThatGoesAwayFreesItsBlocksAtOnce() throws Exception {
        HttpResponse<InputStream> response = client.http()
                .send(client.posting(CHAT, STREAM.formatted(10_000)), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.body().read()).isPositive();
        assertThat(server.stats().engine().running()).isEqualTo(1);
        response.body().close();
        await().atMost(Duration.ofSeconds(2)).untilAsserted(() -> {
            ServerStats stats = server.stats();
            assertThat(stats.engine().running()).isZero();
            assertThat(stats.engine().kvUsage()).isZero();
            assertThat(stats.aborted()).isEqualTo(1);
        });
        assertThat(client.get("/metrics").body())
                .contains(
                        "vllm:request_success_total{engine=\"0\",finished_reason=\"abort\",model_name=\"llama\"} 1.0");
    }

    @Test
    void slowServerTakesLongerForItsTokens() throws Exception {
        double normal = busySecondsOf(20);
        fault("{\"kind\":\"slow\",\"factor\":4}");
        assertThat(busySecondsOf(20)).isBetween(3.5 * normal, 4.5 * normal);
        fault("{\"kind\":\"none\"}");
        assertThat(busySecondsOf(20)).isBetween(0.8 * normal, 1.2 * normal);
    }

    @Test
    void throttledGpuIsSlowerAndShowsALowerClock() throws Exception {
        double normal = busySecondsOf(20);
        fault("{\"kind\":\"throttle\",\"factor\":0.5}");
        // The host's part of a step does not depend on the GPU's clock.
        assertThat(busySecondsOf(20)).isBetween(1.4 * normal, 1.9 * normal);
        assertThat(dcgm()).contains("DCGM_FI_DEV_SM_CLOCK{").containsPattern("SM_CLOCK\\{[^}]*} 990\n");
    }

    @Test
    void hangingServerAcceptsRequestsAndGoesOnWhenItRecovers() throws Exception {
        fault("{\"kind\":\"hang\"}");
        CompletableFuture<HttpResponse<String>> answer = client.http()
                .sendAsync(client.posting(CHAT, STREAM.formatted(3)), HttpResponse.BodyHandlers.ofString());
        await().atMost(Duration.ofSeconds(2))
                .until(() -> server.stats().engine().waiting()
                                + server.stats().engine().running()
                        == 1);
        assertThat(client.get("/health").statusCode()).isEqualTo(200);
        assertThat(answer).isNotDone();
        fault("{\"kind\":\"none\"}");
        assertThat(answer.get().body()).endsWith("data: [DONE]\n\n");
    }

    @Test
    void hangInTheMiddleOfAStreamStopsItsTokens() throws Exception {
        HttpResponse<InputStream> response = client.http()
                .send(client.posting(CHAT, STREAM.formatted(200)), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.body().read()).isPositive();
        server.fault(new Fault.Hang());
        long before = server.stats().engine().generatedTokens();
        Thread.sleep(100);
        assertThat(server.stats().engine().generatedTokens()).isEqualTo(before);
        server.fault(new Fault.None());
        assertThat(new String(response.body().readAllBytes(), StandardCharsets.US_ASCII))
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void errorsAreCounted() throws Exception {
        fault("{\"kind\":\"error\",\"status\":503,\"count\":2}");
        assertThat(statusOfNext()).isEqualTo(503);
        assertThat(statusOfNext()).isEqualTo(503);
        assertThat(statusOfNext()).isEqualTo(200);
        assertThat(client.post(CHAT, STREAM.formatted(1), "x-sim-fault", "error=429")
                        .statusCode())
                .isEqualTo(429);
    }

    @Test
    void dropCutsTheConnectionAfterThatManyTokens() throws Exception {
        fault("{\"kind\":\"drop\",\"afterTokens\":3,\"count\":1}");
        HttpResponse<InputStream> response = client.http()
                .send(client.posting(CHAT, STREAM.formatted(50)), HttpResponse.BodyHandlers.ofInputStream());
        StringBuilder seen = new StringBuilder();
        assertThatThrownBy(() -> {
                    for (int c = response.body().read();
                            c >= 0;
                            c = response.body().read()) {
                        seen.append((char) c);
                    }
                })
                .isInstanceOf(IOException.class);
        assertThat(Client.events(seen.toString())).hasSize(4);
        assertThat(statusOfNext()).isEqualTo(200);
        await().atMost(Duration.ofSeconds(2))
                .until(() -> server.stats().engine().running() == 0);
    }

    @Test
    void deadServerRefusesConnectionsUntilItIsRevivedAtItsAddressWithAColdCache() throws Exception {
        HttpResponse<InputStream> response = client.http()
                .send(client.posting(CHAT, STREAM.formatted(10_000)), HttpResponse.BodyHandlers.ofInputStream());
        fault("{\"kind\":\"die\"}");
        await().atMost(Duration.ofSeconds(2)).until(() -> !server.isAlive());
        assertThatThrownBy(() -> response.body().readAllBytes()).isInstanceOf(IOException.class);
        await().atMost(Duration.ofSeconds(2))
                .untilAsserted(
                        () -> assertThatThrownBy(() -> client.get("/health")).isInstanceOf(IOException.class));
        assertThatThrownBy(() -> server.stats()).isInstanceOf(IllegalStateException.class);
        server.revive();
        assertThat(statusOfNext()).isEqualTo(200);
        assertThat(server.stats().requests()).isEqualTo(1);
    }

    @Test
    void xidShowsInTheExporter() throws Exception {
        assertThat(dcgm()).containsPattern("XID_ERRORS\\{[^}]*err_code=\"0\"[^}]*} 0\n");
        fault("{\"kind\":\"xid\",\"code\":79}");
        assertThat(dcgm())
                .containsPattern("XID_ERRORS\\{[^}]*pod=\"vllm-0\"[^}]*err_code=\"79\"[^}]*} 79\n")
                .contains("modelName=\"NVIDIA H100 80GB HBM3\"")
                .containsPattern("FB_FREE\\{[^}]*} 8156\n")
                .containsPattern("GPU_UTIL\\{[^}]*} \\d+\n");
    }

    @Test
    void refusesFaultsThatItDoesNotKnow() throws Exception {
        assertThat(client.post("/fault", "{\"kind\":\"tired\"}").statusCode()).isEqualTo(400);
        assertThat(client.post("/fault", "{\"kind\":\"slow\"}").statusCode()).isEqualTo(400);
    }

    private void fault(String json) throws Exception {
        assertThat(client.post("/fault", json).statusCode()).isEqualTo(200);
    }

    private int statusOfNext() throws Exception {
        return client.post(CHAT, STREAM.formatted(1)).statusCode();
    }

    private double busySecondsOf(int tokens) throws Exception {
        double before = server.stats().busySeconds();
        assertThat(client.post(CHAT, STREAM.formatted(tokens)).statusCode()).isEqualTo(200);
        return server.stats().busySeconds() - before;
    }

    private String dcgm() throws Exception {
        try (Client exporter = new Client(server.dcgmAddress())) {
            return exporter.get("/metrics").body();
        }
    }
}
