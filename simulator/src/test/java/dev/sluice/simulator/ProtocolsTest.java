package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.Profile;
import dev.sluice.simulator.serving.Fault;
import dev.sluice.simulator.serving.ServerConfig;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProtocolsTest {

    @Test
    void speaksHttp2WithPriorKnowledgeOnTheSamePort() throws Exception {
        try (Fleet fleet = Fleet.start(List.of(config("a"), config("b")), 1)) {
            InetSocketAddress address = fleet.servers().get(1).address();
            try (Http2Client client = new Http2Client(address);
                    Client http1 = new Client(address)) {
                Http2Client.Answer plain =
                        client.post("/v1/completions", "{\"prompt\":\"a\",\"max_tokens\":4,\"ignore_eos\":true}");
                assertThat(plain.status()).isEqualTo(200);
                Http2Client.Answer stream = client.post(
                        "/v1/completions", "{\"prompt\":\"a\",\"max_tokens\":4,\"ignore_eos\":true,\"stream\":true}");
                assertThat(stream.body()).endsWith("data: [DONE]\n\n");
                assertThat(Client.events(stream.body())).hasSize(5);
                assertThat(http1.get("/health").statusCode()).isEqualTo(200);
                assertThat(http1.get("/health").headers().firstValue("x-inference-pod"))
                        .contains("b");
            }
        }
    }

    @Test
    void takesBodiesOfManyMegabytes() throws Exception {
        try (ModelServer server = ModelServer.start(config("a"));
                Client http1 = new Client(server.address());
                Http2Client http2 = new Http2Client(server.address())) {
            String body = "{\"prompt\":\"" + "x".repeat(24 * 1_024 * 1_024) + "\"}";
            assertThat(http1.post("/v1/completions", body).body()).contains("6291456 input tokens");
            assertThat(http2.post("/v1/completions", body).body()).contains("6291456 input tokens");
        }
    }

    @Test
    void streamIntervalGathersTokensAfterTheFirst() throws Exception {
        try (ModelServer server = ModelServer.start(config("a").withStreamInterval(4));
                Client client = new Client(server.address())) {
            String stream = client.post(
                            "/v1/completions",
                            "{\"prompt\":\"a\",\"max_tokens\":10,\"ignore_eos\":true,\"stream\":true}")
                    .body();
            assertThat(Client.events(stream).stream()
                            .map(event -> event.at("/choices/0/text").asText().length() / 4))
                    .containsExactly(1, 4, 4, 1, 0);
        }
    }

    @Test
    void saysWhereItCannotListen() throws Exception {
        try (ModelServer first = ModelServer.start(config("a"))) {
            ServerConfig taken = ServerConfig.of("b", first.address(), "llama", EngineConfig.of(Profile.H100_8B));
            assertThatThrownBy(() -> Fleet.start(List.of(config("c"), taken), 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(Integer.toString(first.address().getPort()));
        }
    }

    @Test
    void healthHasAServicePerAdapter() throws Exception {
        ServerConfig config = config("a").withAdapters(List.of("sql")).withHealthAddress(Client.anyPort());
        try (ModelServer server = ModelServer.start(config);
                Client client = new Client(server.address())) {
            ManagedChannel channel = NettyChannelBuilder.forAddress(server.healthAddress())
                    .usePlaintext()
                    .build();
            try {
                HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(channel);
                assertThat(statusOf(health, "")).isEqualTo(ServingStatus.SERVING);
                assertThat(statusOf(health, "sql")).isEqualTo(ServingStatus.SERVING);
                assertThatThrownBy(() -> statusOf(health, "law")).isInstanceOf(StatusRuntimeException.class);
                client.post("/v1/load_lora_adapter", "{\"lora_name\":\"law\",\"lora_path\":\"/law\"}");
                assertThat(statusOf(health, "law")).isEqualTo(ServingStatus.SERVING);
                client.post("/v1/unload_lora_adapter", "{\"lora_name\":\"sql\"}");
                assertThatThrownBy(() -> statusOf(health, "sql")).isInstanceOf(StatusRuntimeException.class);
                server.fault(new Fault.Die());
                assertThatThrownBy(() -> statusOf(health, "")).isInstanceOf(StatusRuntimeException.class);
                server.revive();
                assertThat(statusOf(health.withWaitForReady(), "sql")).isEqualTo(ServingStatus.SERVING);
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private static ServingStatus statusOf(HealthGrpc.HealthBlockingStub health, String service) {
        return health.withDeadlineAfter(10, TimeUnit.SECONDS)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    private static ServerConfig config(String pod) {
        return ServerConfig.of(pod, Client.anyPort(), "llama", EngineConfig.of(Profile.H100_8B));
    }
}
