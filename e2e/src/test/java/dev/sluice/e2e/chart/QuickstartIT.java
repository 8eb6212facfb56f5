package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.cluster.LocalCluster;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What INSTALL.md promises, in its order, from an empty cluster.
@Timeout(600)
class QuickstartIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String NAMESPACE = "default";
    private static final String SESSION = "x-sluice-session";
    private static final String CHAT = """
            {"model": "chat", "max_tokens": 8, "messages": [{"role": "user", "content": "What is a sluice?"}]}
            """;

    @TempDir
    private static Path folder;

    private static LocalCluster cluster;
    private static KubernetesClient kubernetes;
    private static Helm helm;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Prerequisites.requireKubernetes();
        cluster = LocalCluster.start();
        kubernetes = cluster.client();
        helm = new Helm(cluster.kubeconfig(), folder);
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void fromAnEmptyClusterToAnAnswerAndBack() throws Exception {
        cluster.installGatewayApi();
        var _ = helm.install(Helm.definitions());
        var _ = helm.install(Helm.operator());
        assertThat(helm.test(Helm.operator())).contains("Phase:          Succeeded");
        List<Path> samples = samples();
        for (Path sample : samples) {
            cluster.apply(sample);
        }

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(address()).isNotNull());
        try (Client client = new Client(URI.create("http://" + address()))) {
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(
                                    client.post("/v1/chat/completions", CHAT).statusCode())
                            .isEqualTo(200));
            HttpResponse<String> answer = client.post("/v1/chat/completions", CHAT);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"choices\"").contains("\"model\":\"chat\"");
            assertThat(client.get("/v1/models").body()).contains("\"chat\"");

            awaitModel("True", 3);
            assertThat(served(client)).isIn(podAddresses());

            sessionsOutliveThePicker(client);

            scale(2);
            awaitModel("True", 2);
            assertThat(served(client)).isIn(podAddresses());

            scale(0);
            awaitModel("False", 0);

            scale(3);
            awaitModel("True", 3);
            assertThat(client.post("/v1/chat/completions", CHAT).statusCode()).isEqualTo(200);
        }

        for (Path sample : samples) {
            kubernetes.load(Files.newInputStream(sample)).inNamespace(NAMESPACE).delete();
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(names(NAMESPACE)).isEmpty());
        var _ = helm.uninstall(Helm.operator());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(names(Helm.NAMESPACE)).isEmpty());
        var _ = helm.uninstall(Helm.definitions());
        assertThat(kubernetes
                        .resources(InferenceModel.class)
                        .inAnyNamespace()
                        .list()
                        .getItems())
                .isEmpty();
    }

    /// Because the operator has made a key for it.
    private static void sessionsOutliveThePicker(Client client) {
        kubernetes
                .resources(InferenceModel.class)
                .inNamespace(NAMESPACE)
                .withName("chat")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\": {\"sessionAffinity\": {\"mode\": \"Strict\"}}}");
        await().atMost(PATIENCE).until(() -> token(client.post("/v1/chat/completions", CHAT)) != null);
        HttpResponse<String> first = client.post("/v1/chat/completions", CHAT);
        String token = Objects.requireNonNull(token(first));
        kubernetes
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

    private static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.list(Checkout.root().resolve("config/samples/quickstart"))) {
            return files.sorted().toList();
        }
    }

    private static @Nullable String address() {
        return new InstalledQuickstart(kubernetes).gatewayAddress(NAMESPACE);
    }

    /// The pod that a request went to, as the shared picker explains it.
    private static String served(Client client) throws IOException {
        HttpResponse<String> answer = client.post("/v1/chat/completions", CHAT);
        assertThat(answer.statusCode()).isEqualTo(200);
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        return new InstalledQuickstart(kubernetes).chosen(id);
    }

    private static List<String> podAddresses() {
        return kubernetes.pods().inNamespace(NAMESPACE).withLabel("app", "llama").list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .map(pod -> pod.getStatus().getPodIP())
                .filter(Objects::nonNull)
                .toList();
    }

    private static void scale(int replicas) {
        kubernetes.apps().deployments().inNamespace(NAMESPACE).withName("llama").scale(replicas);
    }

    private static void awaitModel(String ready, int endpoints) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            InferenceModel model = kubernetes
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

    /// What runs in a namespace, and what it runs from.
    private static List<String> names(String namespace) {
        return Stream.of(
                        kubernetes.pods().inNamespace(namespace).list().getItems().stream(),
                        kubernetes.apps().deployments().inNamespace(namespace).list().getItems().stream(),
                        kubernetes.services().inNamespace(namespace).list().getItems().stream()
                                .filter(service ->
                                        !service.getMetadata().getName().equals("kubernetes")),
                        kubernetes.configMaps().inNamespace(namespace).list().getItems().stream()
                                .filter(map -> !map.getMetadata().getName().equals("kube-root-ca.crt")),
                        kubernetes.serviceAccounts().inNamespace(namespace).list().getItems().stream()
                                .filter(account ->
                                        !account.getMetadata().getName().equals("default")))
                .flatMap(objects -> objects)
                .map(object -> object.getKind() + "/" + object.getMetadata().getName())
                .toList();
    }
}
