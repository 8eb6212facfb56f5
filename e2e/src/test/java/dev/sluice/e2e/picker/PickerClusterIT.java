package dev.sluice.e2e.picker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.cluster.node.Image;
import dev.sluice.e2e.chart.Helm;
import dev.sluice.e2e.cluster.ClusterNamespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The picker as a pod of a real cluster, with the permissions that upstream's manifests give one: it may read pods and
/// InferencePools, and nothing else.
class PickerClusterIT {
    @RegisterExtension
    static final ClusterNamespace NAMESPACE = new ClusterNamespace();

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Path CRDS = Helm.definitions().resolve("files");

    private static HttpClient http;
    private static String other;
    private static String admin;

    @BeforeAll
    static void start() throws IOException {
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        other = NAMESPACE.name() + "-b";
        NAMESPACE.cluster().images().register("test/idle", (Image.InJvm) _ -> () -> {});
        NAMESPACE.cluster().apply(CRDS.resolve("inferencepools.inference.networking.k8s.io.yaml"));
        NAMESPACE.cluster().apply(CRDS.resolve("inferencemodels.inference.sluice.dev.yaml"));
        client().resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(other)
                        .endMetadata()
                        .build())
                .create();
        apply(NAMESPACE.name(), """
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: picker}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: NAME}
                rules:
                - {apiGroups: [""], resources: [pods], verbs: [get, list, watch]}
                - {apiGroups: [inference.networking.k8s.io], resources: [inferencepools], verbs: [get, list, watch]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: NAME}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: NAME}
                subjects: [{kind: ServiceAccount, name: picker, namespace: NAME}]
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: picker, labels: {app: picker}}
                spec:
                  serviceAccountName: picker
                  containers:
                  - name: picker
                    image: sluice/endpoint-picker
                    args: [--bind-address=0.0.0.0, --secure-serving=false, --replica-selector=app=picker]
                    env: [{name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}]
                    readinessProbe: {httpGet: {port: 9090, path: /readyz}, periodSeconds: 1}
                """);
        Pod ready = client().pods()
                .inNamespace(NAMESPACE.name())
                .withName("picker")
                .waitUntilReady(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        admin = "http://" + ready.getStatus().getPodIP() + ":9090";
    }

    @AfterAll
    static void end() {
        http.close();
        client().namespaces().withName(other).delete();
        client().rbac().clusterRoles().withName(NAMESPACE.name()).delete();
        client().rbac().clusterRoleBindings().withName(NAMESPACE.name()).delete();
    }

    @Test
    void servesWhatTheClusterHasAsItComesAndGoes() throws Exception {
        pool(NAMESPACE.name());
        pods(NAMESPACE.name(), "one", "two");
        awaitEndpoints(NAMESPACE.name(), 2);
        pool(other);
        pods(other, "three");
        awaitEndpoints(other, 1);

        client().pods().inNamespace(NAMESPACE.name()).withName("two").delete();
        awaitEndpoints(NAMESPACE.name(), 1);
        client().genericKubernetesResources("inference.networking.k8s.io/v1", "InferencePool")
                .inNamespace(other)
                .withName("models")
                .delete();
        awaitEndpoints(other, -1);

        // Nobody may read InferenceModels for it until now; it asks again.
        apply(NAMESPACE.name(), """
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferenceModel
                metadata: {name: chat}
                spec: {modelName: chat, poolRefs: [{name: models}], targets: [{modelName: llama}]}
                """);
        assertThat(pool(NAMESPACE.name(), status()).get("models")).isEmpty();
        client().rbac()
                .clusterRoles()
                .withName(NAMESPACE.name())
                .edit(role -> role.edit()
                        .addNewRule()
                        .withApiGroups("inference.sluice.dev")
                        .withResources("inferencemodels")
                        .withVerbs("get", "list", "watch")
                        .endRule()
                        .build());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(pool(NAMESPACE.name(), status())
                                .at("/models/0/targets/0/target")
                                .asText())
                        .isEqualTo("llama"));
    }

    @Test
    void goesOnWithoutAnApiServerAndCatchesUp() throws Exception {
        String namespace = NAMESPACE.name();
        apply(namespace, """
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: lasting}
                spec: {selector: {matchLabels: {app: lasting}}, targetPorts: [{number: 8000}]}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: lasting-1, labels: {app: lasting}}
                spec: {containers: [{name: main, image: test/idle}]}
                """);
        await().atMost(PATIENCE).until(() -> endpoints(namespace, "lasting") == 1);

        NAMESPACE.cluster().apiServer().stop();
        try {
            Thread.sleep(5_000);
            assertThat(endpoints(namespace, "lasting")).isEqualTo(1);
            assertThat(get("/readyz").statusCode()).isEqualTo(200);
        } finally {
            NAMESPACE.cluster().apiServer().start();
        }
        apply(namespace, """
                apiVersion: v1
                kind: Pod
                metadata: {name: lasting-2, labels: {app: lasting}}
                spec: {containers: [{name: main, image: test/idle}]}
                """);
        await().atMost(PATIENCE).until(() -> endpoints(namespace, "lasting") == 2);
    }

    private static void pool(String namespace) {
        apply(namespace, """
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: models}
                spec: {selector: {matchLabels: {app: models}}, targetPorts: [{number: 8000}]}
                """);
    }

    private static void pods(String namespace, String... names) {
        for (String name : names) {
            apply(namespace, """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: %s, labels: {app: models}}
                    spec: {containers: [{name: main, image: test/idle}]}
                    """.formatted(name));
        }
    }

    /// @param count -1 for no such pool
    private static void awaitEndpoints(String namespace, int count) {
        await().atMost(PATIENCE).until(() -> endpoints(namespace, "models") == count);
    }

    private static int endpoints(String namespace, String name) throws Exception {
        return StreamSupport.stream(status().get("pools").spliterator(), false)
                .filter(pool -> pool.get("namespace").asText().equals(namespace))
                .filter(pool -> pool.get("name").asText().equals(name))
                .mapToInt(pool -> pool.get("endpoints").asInt())
                .findFirst()
                .orElse(-1);
    }

    private static JsonNode pool(String namespace, JsonNode status) {
        return StreamSupport.stream(status.get("pools").spliterator(), false)
                .filter(pool -> pool.get("namespace").asText().equals(namespace))
                .filter(pool -> pool.get("name").asText().equals("models"))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode status() throws Exception {
        return new ObjectMapper().readTree(get("/status").body());
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(admin + path))
                        .timeout(Duration.ofSeconds(5))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static void apply(String namespace, String yaml) {
        String named = yaml.replace("NAME", NAMESPACE.name());
        client().load(new ByteArrayInputStream(named.getBytes(StandardCharsets.UTF_8)))
                .items()
                .forEach(item -> {
                    if (!item.getKind().startsWith("Cluster")) {
                        item.getMetadata().setNamespace(namespace);
                    }
                    client().resource(item).create();
                });
    }

    private static KubernetesClient client() {
        return NAMESPACE.client();
    }
}
