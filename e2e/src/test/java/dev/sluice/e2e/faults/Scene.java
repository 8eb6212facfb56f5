package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.chart.Helm;
import dev.sluice.e2e.sluice.InstalledSluice;
import dev.sluice.e2e.stack.Client;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A Gateway with a pool of light servers behind it, in a namespace of its own.
final class Scene implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    static final String GATEWAY = "edge";
    static final String POOL = "llama";
    static final String PATH = "/v1/completions";

    private static final String OPERATOR = "sluice-operator";

    private final InstalledSluice sluice;
    private final String namespace;

    private Scene(InstalledSluice sluice, String namespace) {
        this.sluice = sluice;
        this.namespace = namespace;
    }

    /// Returns when every server is available and the Gateway is programmed.
    static Scene make(InstalledSluice sluice, int servers) {
        sluice.cluster().images().register(LightServers.IMAGE, new LightServers());
        Scene scene = new Scene(sluice, sluice.newNamespace("faults"));
        scene.apply(resources(servers));
        sluice.awaitDeployments(scene.namespace);
        var _ = scene.url();
        return scene;
    }

    /// A server that is told to end serves until everybody knows; nothing is read from servers without metrics.
    private static String resources(int servers) {
        return """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              gatewayClassName: sluice
              listeners: [{name: http, protocol: HTTP, port: 80}]
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: llama}
            spec:
              parentRefs: [{name: edge}]
              rules: [{backendRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: llama}]}]
            ---
            apiVersion: inference.networking.k8s.io/v1
            kind: InferencePool
            metadata: {name: llama}
            spec:
              selector: {matchLabels: {app: llama}}
              targetPorts: [{number: %d}]
            ---
            apiVersion: inference.sluice.dev/v1alpha1
            kind: InferencePoolPolicy
            metadata: {name: llama}
            spec:
              targetRefs: [{name: llama}]
              signals: {pollInterval: 2s, staleness: 10s, dcgm: {exporter: None}}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: llama}
            spec:
              replicas: %d
              selector: {matchLabels: {app: llama}}
              strategy: {rollingUpdate: {maxSurge: 25%%, maxUnavailable: 0}}
              template:
                metadata: {labels: {app: llama}}
                spec:
                  containers:
                    - {name: server, image: %s, lifecycle: {preStop: {sleep: {seconds: 4}}}}
            """.formatted(LightServers.PORT, servers, LightServers.IMAGE);
    }

    String namespace() {
        return namespace;
    }

    KubernetesClient client() {
        return sluice.client();
    }

    URI url() {
        return sluice.gatewayUrl(namespace, GATEWAY);
    }

    /// Requests to the pool, once the first is answered.
    Traffic traffic() {
        try (var probe = new Client(url())) {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> probe.post(PATH, Traffic.PROMPT).statusCode() == 200);
        }
        return Traffic.to(url(), PATH);
    }

    void apply(String yaml) {
        sluice.apply(namespace, yaml);
    }

    /// Has requests go on while no picker answers.
    void failOpen() {
        apply("""
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferencePoolPolicy
                metadata: {name: llama}
                spec:
                  targetRefs: [{name: llama}]
                  signals: {pollInterval: 2s, staleness: 10s, dcgm: {exporter: None}}
                  gateway: {failureMode: FailOpen}
                """);
    }

    /// A route to the pool from another path.
    void route(String name, String path) {
        apply("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: %s}
                spec:
                  parentRefs: [{name: edge}]
                  rules:
                    - matches: [{path: {value: %s}}]
                      filters:
                        - type: ResponseHeaderModifier
                          responseHeaderModifier: {set: [{name: x-route, value: %s}]}
                      backendRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: llama}]
                """.formatted(name, path, name));
    }

    /// Returns when the answers there come by that route.
    void awaitRoute(String name, String path) {
        try (var probe = new Client(url())) {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(200))
                    .untilAsserted(() -> assertThat(
                                    probe.post(path, Traffic.PROMPT).headers().allValues("x-route"))
                            .containsExactly(name));
        }
    }

    void scale(int servers) {
        client().apps().deployments().inNamespace(namespace).withName(POOL).scale(servers);
    }

    /// One that no Deployment makes.
    void addServer() {
        apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: added, labels: {app: llama}}
                spec: {containers: [{name: server, image: %s}]}
                """.formatted(LightServers.IMAGE));
    }

    /// The pool's servers.
    Deployment deployment() {
        return client().apps()
                .deployments()
                .inNamespace(namespace)
                .withName(POOL)
                .get();
    }

    EnvoyStats envoy() {
        return EnvoyStats.of(envoyPods().getFirst().getStatus().getPodIP());
    }

    /// The Gateway's pods that are not on their way out.
    List<Pod> envoyPods() {
        return pods(client(), namespace, Map.of("gateway.networking.k8s.io/gateway-name", GATEWAY));
    }

    /// The lines of the Envoys' access logs of requests that were not answered with 200.
    List<String> refused() {
        return envoyPods().stream()
                .map(pod -> log(pod.getMetadata().getName()))
                .flatMap(String::lines)
                .filter(line -> line.contains("\"status\"") && !line.contains("\"status\":200"))
                .toList();
    }

    private String log(String pod) {
        try {
            return sluice.cluster().logs(namespace, pod);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Its condition as `status reason: message`; empty when it has none.
    String condition(String type) {
        Gateway gateway = client().resources(Gateway.class)
                .inNamespace(namespace)
                .withName(GATEWAY)
                .get();
        return gateway.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .map(condition ->
                        "%s %s: %s".formatted(condition.getStatus(), condition.getReason(), condition.getMessage()))
                .findFirst()
                .orElse("");
    }

    static void scaleOperator(KubernetesClient client, int replicas) {
        client.apps()
                .deployments()
                .inNamespace(Helm.NAMESPACE)
                .withName(OPERATOR)
                .scale(replicas);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(operators(client)).hasSize(replicas).allMatch(Scene::isReady));
    }

    /// The operator's pods that are not on their way out.
    List<Pod> operators() {
        return operators(client());
    }

    private static List<Pod> operators(KubernetesClient client) {
        return pods(client, Helm.NAMESPACE, Map.of("app.kubernetes.io/name", OPERATOR));
    }

    List<String> readyOperators() {
        return operators().stream()
                .filter(Scene::isReady)
                .map(pod -> pod.getMetadata().getName())
                .toList();
    }

    /// How often the containers of Sluice's own pods have been started again.
    int restarts() {
        return client().pods().inNamespace(Helm.NAMESPACE).list().getItems().stream()
                .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
                .mapToInt(container -> container.getRestartCount())
                .sum();
    }

    /// The pod that holds the operator's lease.
    String leader() {
        return Objects.requireNonNullElse(
                client().leases()
                        .inNamespace(Helm.NAMESPACE)
                        .withName(OPERATOR)
                        .get()
                        .getSpec()
                        .getHolderIdentity(),
                "");
    }

    private static List<Pod> pods(KubernetesClient client, String namespace, Map<String, String> labels) {
        return client.pods().inNamespace(namespace).withLabels(labels).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("Ready"))
                .anyMatch(condition -> condition.getStatus().equals("True"));
    }

    @Override
    public void close() {
        sluice.deleteNamespace(namespace);
    }
}
