package dev.sluice.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1.InferencePoolStatus;
import dev.sluice.api.v1.ParentReference;
import dev.sluice.api.v1.ParentStatus;
import dev.sluice.cluster.LocalCluster;
import dev.sluice.e2e.chart.Helm;
import dev.sluice.e2e.cluster.ClusterNamespace;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What the operator does for pools, and leaves to others.
@Timeout(240)
class PoolsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    static final ClusterNamespace NAMESPACE = new ClusterNamespace();

    private static LocalCluster cluster;
    private static KubernetesClient client;

    @BeforeAll
    static void start() throws IOException {
        // A reconciler that is stopped in the middle of its work throws on its own thread, which no test waits for.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
        cluster = NAMESPACE.cluster();
        client = NAMESPACE.client();
        try (Stream<Path> definitions = Files.list(Helm.definitions().resolve("files"))) {
            for (Path definition : definitions.toList()) {
                cluster.apply(definition);
            }
        }
        cluster.createNamespace(OperatorReplica.NAMESPACE);
    }

    @AfterAll
    static void end() {
        Awaitility.reset();
        client.namespaces().withName(OperatorReplica.NAMESPACE).delete();
    }

    @Test
    void whatAnotherControllerWritesIntoAPoolStays() throws Exception {
        cluster.createNamespace("shared");
        AtomicBoolean done = new AtomicBoolean();
        Thread foreigner = Thread.ofPlatform().start(() -> {
            for (int i = 0; !done.get(); i++) {
                writeForeignEntry(i);
            }
        });
        try (OperatorReplica _ = OperatorReplica.start(cluster, "polite")) {
            apply("shared", Yaml.GATEWAY_CLASS);
            apply("shared", Yaml.gateway("edge", 8080));
            apply("shared", Yaml.pool("llama"));
            apply("shared", """
                    apiVersion: gateway.networking.k8s.io/v1
                    kind: HTTPRoute
                    metadata: {name: chat}
                    spec:
                      parentRefs: [{name: edge}]
                      rules: [{backendRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: llama}]}]
                    """);
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(parents("shared", "llama")).containsExactlyInAnyOrder("edge", "foreign"));
            client.resources(HTTPRoute.class)
                    .inNamespace("shared")
                    .withName("chat")
                    .delete();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(parents("shared", "llama")).containsExactly("foreign"));
        } finally {
            done.set(true);
            foreigner.join();
        }
        client.namespaces().withName("shared").delete();
    }

    @Test
    void thereIsAPickerAsLongAsAPoolNeedsOne() throws IOException {
        cluster.createNamespace("pools");
        try (OperatorReplica _ = OperatorReplica.start(cluster, "picking")) {
            apply("pools", Yaml.pool("theirs"));
            apply(
                    "pools",
                    Yaml.pool("ours").replace("  endpointPickerRef: {name: theirs, port: {number: 9002}}\n", ""));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(picker()).isNotNull());
            assertThat(Base64.getDecoder().decode(sessionKeys())).hasSize(45);
            client.resources(InferencePool.class)
                    .inNamespace("pools")
                    .withName("ours")
                    .delete();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(picker()).isNull());
            assertThat(client.resources(InferencePool.class)
                            .inNamespace("pools")
                            .list()
                            .getItems())
                    .hasSize(1);
        }
        client.namespaces().withName("pools").delete();
    }

    /// The picker's pods are none here, so that one can be made up whose address the API server takes into a slice: it
    /// refuses loopback addresses, which all others have.
    @Test
    void aServiceWhosePickerIsInAnotherNamespaceLeadsThereBySlices() throws IOException {
        cluster.createNamespace("natives");
        try (OperatorReplica _ = OperatorReplica.start(cluster, "slicing")) {
            apply("natives", Yaml.pool("llama"));
            apply("natives", """
                    apiVersion: inference.sluice.dev/v1alpha1
                    kind: InferencePoolPolicy
                    metadata: {name: llama}
                    spec: {targetRefs: [{name: llama}], gateway: {mode: Native}}
                    """);
            apply(OperatorReplica.NAMESPACE, PICKER_POD);
            client.pods()
                    .inNamespace(OperatorReplica.NAMESPACE)
                    .withName("made-up")
                    .editStatus(pod -> new PodBuilder(pod)
                            .editOrNewStatus()
                            .withPodIP("10.1.0.7")
                            .addNewCondition()
                            .withType("Ready")
                            .withStatus("True")
                            .endCondition()
                            .endStatus()
                            .build());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(slices())
                            .singleElement()
                            .satisfies(slice -> assertThat(slice.getEndpoints())
                                    .singleElement()
                                    .satisfies(endpoint ->
                                            assertThat(endpoint.getAddresses()).containsExactly("10.1.0.7"))));
            assertThat(slices().getFirst().getPorts())
                    .extracting(EndpointPort::getPort)
                    .containsExactly(9100);
            client.pods()
                    .inNamespace(OperatorReplica.NAMESPACE)
                    .withName("made-up")
                    .withGracePeriod(0)
                    .delete();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(slices()).isEmpty());
        }
        client.namespaces().withName("natives").delete();
    }

    private static final String PICKER_POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: made-up, labels: {app.kubernetes.io/name: sluice-endpoint-picker}}
            spec:
              nodeName: none
              containers: [{name: picker, image: none}]
            """;

    private static List<EndpointSlice> slices() {
        return client.resources(EndpointSlice.class)
                .inNamespace("natives")
                .withLabel("kubernetes.io/service-name", "theirs")
                .list()
                .getItems();
    }

    /// As the API writes what a Secret has; 44 characters of base64 and a new line.
    private static String sessionKeys() {
        return client.secrets()
                .inNamespace(OperatorReplica.NAMESPACE)
                .withName("sluice-session-keys")
                .get()
                .getData()
                .get("keys");
    }

    private static @Nullable Deployment picker() {
        return client.apps()
                .deployments()
                .inNamespace(OperatorReplica.NAMESPACE)
                .withName("sluice-endpoint-picker")
                .get();
    }

    private static void apply(String namespace, String yaml) {
        Yaml.create(client, namespace, yaml);
    }

    /// As a gateway of somebody else's does, until the pool is there.
    private static void writeForeignEntry(int generation) {
        InferencePool pool = client.resources(InferencePool.class)
                .inNamespace("shared")
                .withName("llama")
                .get();
        if (pool == null) {
            return;
        }
        List<ParentStatus> parents = new ArrayList<>(
                pool.getStatus() == null ? List.of() : pool.getStatus().parents());
        parents.removeIf(parent -> parent.parentRef().name().equals("foreign"));
        parents.add(new ParentStatus(
                List.of(new ConditionBuilder()
                        .withType("Accepted")
                        .withStatus("True")
                        .withReason("Accepted")
                        .withMessage("for the " + generation + "th time")
                        .withLastTransitionTime("2026-01-01T00:00:00Z")
                        .build()),
                new ParentReference("gateway.networking.k8s.io", "Gateway", "foreign", null),
                "example.com/foreign"));
        pool.setStatus(new InferencePoolStatus(parents));
        try {
            client.resource(pool).updateStatus();
        } catch (KubernetesClientException conflict) {
            assertThat(conflict.getCode()).isIn(409, 404);
        }
    }

    private static List<String> parents(String namespace, String pool) {
        InferencePool seen = client.resources(InferencePool.class)
                .inNamespace(namespace)
                .withName(pool)
                .get();
        return seen.getStatus() == null
                ? List.of()
                : seen.getStatus().parents().stream()
                        .map(parent -> parent.parentRef().name())
                        .toList();
    }
}
