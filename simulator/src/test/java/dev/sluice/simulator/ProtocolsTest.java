package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

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
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
    void drainingEndsConnectionsOfBothProtocolsAfterTheirAnswers() throws Exception {
        String body = "{\"prompt\":\"a\",\"max_tokens\":100,\"ignore_eos\":true,\"stream\":true}";
        try (Fleet fleet = Fleet.start(List.of(config("a")), 1);
                Http2Client http2 = new Http2Client(fleet.servers().getFirst().address());
                Client http1 = new Client(fleet.servers().getFirst().address())) {
            ModelServer server = fleet.servers().getFirst();
            CompletableFuture<Http2Client.Answer> second = new CompletableFuture<>();
            http2.send("/v1/completions", body, second);
            CompletableFuture<HttpResponse<String>> first = http1.http()
                    .sendAsync(http1.posting("/v1/completions", body), HttpResponse.BodyHandlers.ofString());
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> server.stats().engine().running() == 2);

            assertThat(fleet.drain(Duration.ofSeconds(30))).isTrue();
            assertThat(first.get(30, TimeUnit.SECONDS).body()).endsWith("data: [DONE]\n\n");
            assertThat(second.get(30, TimeUnit.SECONDS).body()).endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void anHttp2StreamThatDoesNotEndIsCutAfterDraining() throws Exception {
        Fleet fleet = Fleet.start(List.of(config("a")), 1);
        try (Http2Client client = new Http2Client(fleet.servers().getFirst().address())) {
            ModelServer server = fleet.servers().getFirst();
            client.send("/v1/completions", "{\"prompt\":\"a\",\"stream\":true}", new CompletableFuture<>());
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> server.stats().engine().running() == 1);
            server.fault(new Fault.Hang());
            assertThat(fleet.drain(Duration.ofMillis(200))).isFalse();
        } finally {
            assertTimeoutPreemptively(Duration.ofSeconds(30), fleet::close);
        }
    }

    @Test
    void resetOfAnHttp2StreamAbortsItsRequestAndNoOther() throws Exception {
        String longOne = "{\"prompt\":\"a\",\"max_tokens\":10000,\"ignore_eos\":true,\"stream\":true}";
        try (ModelServer server = ModelServer.start(config("a"));
                Http2Client client = new Http2Client(server.address())) {
            Http2StreamChannel first = client.send("/v1/completions", longOne, new CompletableFuture<>());
            client.send("/v1/completions", longOne, new CompletableFuture<>());
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> server.stats().engine().running() == 2);
            first.close().sync();
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> server.stats().engine().running() == 1);
            assertThat(server.stats().aborted()).isEqualTo(1);
        }
    }

    @Test
    void takesBodiesOfManyMegabytes() throws Exception {
        try (ModelServer server = ModelServer.start(config("a"));
                Client http1 = new Client(server.address());
                Http2Client http2 = new Http2Client(server.address())) {
            String body = "{\"prompt\":\"" + "x".repeat(8 * 1_024 * 1_024) + "\"}";
            assertThat(http1.post("/v1/completions", body).body()).contains("2097152 input tokens");
            assertThat(http2.post("/v1/completions", body).body()).contains("2097152 input tokens");
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
    void answersPipelinedRequestsInOrder() throws Exception {
        try (ModelServer server = ModelServer.start(config("a"));
                Socket socket = new Socket(
                        server.address().getAddress(), server.address().getPort())) {
            String body = "{\"prompt\":\"a\",\"max_tokens\":3,\"ignore_eos\":true}";
            String generate =
                    "POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
            String last = "GET /version HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write((generate + generate + last).getBytes(StandardCharsets.US_ASCII));
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answers.split("HTTP/1.1 200 OK")).hasSize(4);
            assertThat(answers.lastIndexOf("text_completion")).isLessThan(answers.indexOf("\"version\""));
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
                server.fault(new Fault.Adapter("sql"));
                assertThat(statusOf(health, "sql")).isEqualTo(ServingStatus.NOT_SERVING);
                assertThat(statusOf(health, "")).isEqualTo(ServingStatus.SERVING);
                assertThat(completion(client, "sql")).isEqualTo(503);
                assertThat(completion(client, "llama")).isEqualTo(200);
                server.fault(new Fault.None());
                assertThat(statusOf(health, "sql")).isEqualTo(ServingStatus.SERVING);
                assertThat(completion(client, "sql")).isEqualTo(200);
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

    private static int completion(Client client, String model) throws Exception {
        return client.post("/v1/completions", "{\"model\":\"" + model + "\",\"prompt\":\"a\",\"max_tokens\":2}")
                .statusCode();
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
