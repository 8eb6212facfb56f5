package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.cluster.LocalCluster;
import dev.sluice.cluster.node.Images;
import dev.sluice.e2e.cluster.Prerequisites;
import dev.sluice.e2e.stack.Client;
import dev.sluice.standalone.envoy.Checkout;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The steps of INSTALL.md's quickstart, on a cluster of its own.
public final class Quickstart implements AutoCloseable {
    /// The namespace of the samples.
    public static final String NAMESPACE = "default";

    /// A request of a chat with the published model.
    public static final String CHAT = """
            {"model": "chat", "max_tokens": 8, "messages": [{"role": "user", "content": "What is a sluice?"}]}
            """;

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String SESSION = "x-sluice-session";

    private final LocalCluster cluster;

    private Quickstart(LocalCluster cluster) {
        this.cluster = cluster;
    }

    /// Starts the cluster, in which nothing is installed.
    public static Quickstart start(Images images) throws IOException, InterruptedException {
        Prerequisites.requireKubernetes();
        return new Quickstart(LocalCluster.start("", images));
    }

    public LocalCluster cluster() {
        return cluster;
    }

    /// The administrator's.
    public KubernetesClient kubernetes() {
        return cluster.client();
    }

    /// What it keeps between its runs goes with the cluster.
    public Helm helm() {
        return new Helm(cluster.kubeconfig(), cluster.kubeconfig().resolveSibling("helm"));
    }

    /// Installs the Gateway API's definitions and both charts.
    public void install() throws IOException, InterruptedException {
        cluster.installGatewayApi();
        var _ = helm().install(Helm.definitions());
        var _ = helm().install(Helm.operator());
    }

    public void applySamples() throws IOException {
        for (Path sample : samples()) {
            cluster.apply(sample);
        }
    }

    void deleteSamples() throws IOException {
        for (Path sample : samples()) {
            kubernetes()
                    .load(Files.newInputStream(sample))
                    .inNamespace(NAMESPACE)
                    .delete();
        }
    }

    private static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.list(Checkout.root().resolve("config/samples/quickstart"))) {
            return files.sorted().toList();
        }
    }

    /// A client of the Gateway, which answers when this returns.
    public Client client() {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(address()).isNotNull());
        Client client = new Client(URI.create("http://" + address()));
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(
                                client.post("/v1/chat/completions", CHAT).statusCode())
                        .isEqualTo(200));
        return client;
    }

    private @Nullable String address() {
        return new InstalledQuickstart(kubernetes()).gatewayAddress(NAMESPACE);
    }

    /// The pod that a request went to, as the shared picker explains it.
    public String served(Client client) throws IOException {
        HttpResponse<String> answer = client.post("/v1/chat/completions", CHAT);
        assertThat(answer.statusCode()).isEqualTo(200);
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        return new InstalledQuickstart(kubernetes()).chosen(id);
    }

    /// The model servers'.
    public List<String> podAddresses() {
        return kubernetes().pods().inNamespace(NAMESPACE).withLabel("app", "llama").list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .map(pod -> pod.getStatus().getPodIP())
                .filter(Objects::nonNull)
                .toList();
    }

    void scale(int replicas) {
        kubernetes()
                .apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName("llama")
                .scale(replicas);
    }

    /// Returns when the model's status says so.
    public void awaitModel(String ready, int endpoints) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            InferenceModel model = kubernetes()
                    .resources(InferenceModel.class)
                    .inNamespace(NAMESPACE)
                    .withName("chat")
                    .get();
            assertThat(model.getStatus()).isNotNull();
            assertThat(model.getStatus().readyEndpoints()).isEqualTo(endpoints);
            assertThat(model.getStatus().conditions())
                    .filteredOn(condition -> condition.getType().equals("Ready"))
                    .singleElement()
                    .satisfies(condition -> assertThat(condition.getStatus()).isEqualTo(ready));
        });
    }

    /// Ends the picker, after which sessions go on because the operator has made a key for it.
    public void sessionsOutliveThePicker(Client client) {
        kubernetes()
                .resources(InferenceModel.class)
                .inNamespace(NAMESPACE)
                .withName("chat")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\": {\"sessionAffinity\": {\"mode\": \"Strict\"}}}");
        await().atMost(PATIENCE).until(() -> token(client.post("/v1/chat/completions", CHAT)) != null);
        HttpResponse<String> first = client.post("/v1/chat/completions", CHAT);
        String token = Objects.requireNonNull(token(first));
        kubernetes()
                .pods()
                .inNamespace(Helm.NAMESPACE)
                .withLabel("app.kubernetes.io/name", "sluice-endpoint-picker")
                .delete();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> client.post("/v1/chat/completions", CHAT).statusCode() != 200);
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            HttpResponse<String> next = client.post("/v1/chat/completions", CHAT, SESSION, token);
            assertThat(next.statusCode()).isEqualTo(200);
            assertThat(token(next)).as("a new session").isNull();
        });
    }

    private static @Nullable String token(HttpResponse<String> response) {
        return response.headers().firstValue(SESSION).orElse(null);
    }

    @Override
    public void close() {
        cluster.close();
    }
}
