package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.e2e.stack.Client;
import dev.sluice.e2e.stack.RawConnection;
import dev.sluice.standalone.envoy.Checkout;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Samples answer requests on top of the quickstart, as INSTALL.md says, at the servers that they name.
@Timeout(300)
class SampleAnswersIT {
    @RegisterExtension
    static final ChartCluster CHARTS = ChartCluster.withDefinitions();

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String NAMESPACE = "default";
    private static final Path SAMPLES = Checkout.root().resolve("config/samples");
    private static final int REQUESTS = 60;

    private static @Nullable Client gateway;

    @BeforeAll
    static void startQuickstart() throws IOException, InterruptedException {
        var _ = CHARTS.helm().install(Helm.operator());
        for (String file : new String[] {"model-servers", "pool", "model", "gateway"}) {
            CHARTS.cluster().apply(SAMPLES.resolve("quickstart/" + file + ".yaml"));
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(address()).isNotNull());
        gateway = new Client(gatewayUrl());
        awaitAnswer("chat");
    }

    @AfterAll
    static void close() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void aCanarySendsRequestsToBothModels() throws Exception {
        try (Applied _ = apply("canary.yaml")) {
            awaitAnswer("assistant");
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> served("assistant", REQUESTS).contains("llama-3.3-8b"));
            assertThat(served("assistant", REQUESTS)).contains("llama-3.1-8b");
            assertThat(served("chat", REQUESTS)).containsExactly("llama-3.1-8b");
        }
    }

    @Test
    void adaptersAnswerWhereTheyAreServed() throws Exception {
        try (Applied _ = apply("lora-adapters.yaml")) {
            for (String model : new String[] {"support", "sql"}) {
                awaitAnswer(model);
                assertThat(served(model, REQUESTS / 3)).containsExactly("llama-3.1-8b-lora");
            }
        }
    }

    @Test
    void aSessionStaysAtItsServer() throws Exception {
        try (Applied _ = apply("sessions.yaml")) {
            awaitAnswer("tutor");
            HttpResponse<String> first = ask("tutor");
            String token = first.headers().firstValue("x-sluice-session").orElseThrow();
            String server = chosen(id(first));
            for (int i = 0; i < 10; i++) {
                HttpResponse<String> next = ask("tutor", "x-sluice-session", token);
                assertThat(next.statusCode()).isEqualTo(200);
                assertThat(chosen(id(next))).isEqualTo(server);
            }
        }
    }

    @Test
    void twoPoolsShareOneRoute() throws Exception {
        Set<@Nullable String> gpus = new HashSet<>();
        try (Applied _ = apply("weighted-pools.yaml")) {
            await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                gpus.add(label(chosen(askHost("llama.example.com", "chat-anywhere")), "gpu"));
                return gpus.size() == 2;
            });
        }
        assertThat(gpus).containsExactlyInAnyOrder("h100", "l40s");
    }

    @Test
    void aModelOfAPriorityClassAnswers() throws Exception {
        try (Applied _ = apply("priority-classes.yaml")) {
            awaitAnswer("nightly-summaries");
        }
    }

    @Test
    void aTierThatIsRentedAnswersWhileTheOtherHasNoServer() throws Exception {
        try (Applied _ = apply("tiers.yaml")) {
            awaitAnswer("tiered");
            assertThat(labels("tiered", REQUESTS / 3, "app")).containsExactly("llama");
            scale("llama", 0);
            try {
                await().atMost(PATIENCE)
                        .ignoreExceptions()
                        .untilAsserted(
                                () -> assertThat(labels("tiered", 3, "app")).containsExactly("llama-rented"));
            } finally {
                scale("llama", 3);
            }
        }
    }

    /// Idle H100s are faster: the others get requests only under load.
    @Test
    void bothKindsOfGpuJoinThePool() throws Exception {
        try (Applied _ = apply("mixed-gpus.yaml")) {
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
                InferencePoolPolicy policy = CHARTS.client()
                        .resources(InferencePoolPolicy.class)
                        .inNamespace(NAMESPACE)
                        .withName("llama")
                        .get();
                assertThat(policy.getStatus().pools().getFirst().readyEndpoints())
                        .isEqualTo(5);
            });
            awaitAnswer("chat");
        }
        CHARTS.cluster().apply(SAMPLES.resolve("quickstart/pool.yaml"));
    }

    @Test
    void interactiveAndBatchModelsAnswer() throws Exception {
        try (Applied _ = apply("interactive-and-batch.yaml")) {
            awaitAnswer("online");
            awaitAnswer("offline");
        }
    }

    /// The request is sent while there is no server, and answered by the one that starts then.
    @Test
    void aRequestWaitsForTheFirstServer() throws Exception {
        try (Applied _ = apply("scale-from-zero.yaml")) {
            AtomicReference<CompletableFuture<String>> request = new AtomicReference<>(askLater());
            // Refused until the route is there; from then on it waits.
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(2))
                    .until(() -> !request.get().isDone() || request.getAndSet(askLater()) == null);
            scale("llama-cold", 1);
            assertThat(request.get().get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isNotEmpty();
        }
    }

    private static CompletableFuture<String> askLater() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(askHost("on-demand.example.com", "on-demand"));
            } catch (IOException | AssertionError refused) {
                answer.completeExceptionally(refused);
            }
        });
        return answer;
    }

    private static void scale(String deployment, int replicas) {
        CHARTS.client()
                .apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName(deployment)
                .scale(replicas);
    }

    @Test
    void aGatewaysParametersShapeItsEnvoys() throws Exception {
        try (Applied _ = apply("gateway-parameters.yaml")) {
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
                var envoys = CHARTS.client()
                        .apps()
                        .deployments()
                        .inNamespace(NAMESPACE)
                        .withName("sluice-internal")
                        .get();
                assertThat(envoys.getSpec().getReplicas()).isEqualTo(3);
                assertThat(envoys.getSpec().getTemplate().getSpec().getTolerations())
                        .hasSize(1);
                var service = CHARTS.client()
                        .services()
                        .inNamespace(NAMESPACE)
                        .withName("sluice-internal")
                        .get();
                assertThat(service.getSpec().getExternalTrafficPolicy()).isEqualTo("Local");
            });
        }
    }

    /// A sample's resources, until it is closed.
    private record Applied(Path sample) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            try (InputStream resources = Files.newInputStream(sample)) {
                CHARTS.client().load(resources).inNamespace(NAMESPACE).delete();
            }
        }
    }

    private static Applied apply(String sample) throws IOException, InterruptedException {
        Path file = SAMPLES.resolve(sample);
        CHARTS.cluster().apply(file);
        return new Applied(file);
    }

    private static String body(String model) {
        return "{\"model\": \"%s\", \"max_tokens\": 4, \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}"
                .formatted(model);
    }

    private static HttpResponse<String> ask(String model, String... headers) {
        return Objects.requireNonNull(gateway).post("/v1/chat/completions", body(model), headers);
    }

    /// Asks for a model under a host name.
    ///
    /// @return the request's id
    private static String askHost(String host, String model) throws IOException {
        try (RawConnection connection = RawConnection.to(gatewayUrl())) {
            String body = body(model);
            RawConnection.Response answer = connection
                    .head(
                            "POST /v1/chat/completions HTTP/1.1",
                            "host: " + host,
                            "content-type: application/json",
                            "content-length: " + body.length(),
                            "connection: close")
                    .send(body.getBytes(StandardCharsets.UTF_8))
                    .response();
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            String head = answer.head();
            int from = head.indexOf("x-request-id: ") + "x-request-id: ".length();
            return head.substring(from, head.indexOf('\r', from));
        }
    }

    private static void awaitAnswer(String model) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(ask(model)).satisfies(answer -> {
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                    assertThat(answer.body()).contains("\"model\":\"" + model + "\"");
                }));
    }

    private static Set<@Nullable String> served(String model, int requests) throws IOException {
        return labels(model, requests, "model");
    }

    /// The labels of the servers that so many requests went to.
    private static Set<@Nullable String> labels(String model, int requests, String key) throws IOException {
        Set<@Nullable String> labels = new HashSet<>();
        for (int i = 0; i < requests; i++) {
            HttpResponse<String> answer = ask(model);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            labels.add(label(chosen(id(answer)), key));
        }
        return labels;
    }

    private static String id(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-request-id").orElseThrow();
    }

    private static String chosen(String id) throws IOException {
        return new InstalledQuickstart(CHARTS.client()).chosen(id);
    }

    private static @Nullable String label(String address, String key) {
        return CHARTS.client().pods().inNamespace(NAMESPACE).list().getItems().stream()
                .filter(pod -> address.equals(pod.getStatus().getPodIP()))
                .findFirst()
                .orElseThrow()
                .getMetadata()
                .getLabels()
                .get(key);
    }

    private static URI gatewayUrl() {
        return URI.create("http://" + Objects.requireNonNull(address()) + ":80");
    }

    private static @Nullable String address() {
        return new InstalledQuickstart(CHARTS.client()).gatewayAddress(NAMESPACE);
    }
}
