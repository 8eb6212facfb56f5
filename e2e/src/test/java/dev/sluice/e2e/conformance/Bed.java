package dev.sluice.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1.ParentStatus;
import dev.sluice.e2e.sluice.InstalledSluice;
import dev.sluice.e2e.stack.Client;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteStatus;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The resources of `base.yaml` in a namespace of their own, up and running, and what the cases ask of them.
final class Bed implements AutoCloseable {
    /// How the hooks of the picker are told which endpoints it may pick.
    static final String SELECTION = "test-epp-endpoint-selection";

    /// In which answer's header the hooks say what Envoy reports as the endpoint that served.
    static final String SERVED = "x-conformance-test-served-endpoint";

    static final String PROMPT = "{\"model\": \"any\", \"prompt\": \"Write as if you were a critic\"}";

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final InstalledSluice sluice;
    private final String namespace;

    private Bed(InstalledSluice sluice, String namespace) {
        this.sluice = sluice;
        this.namespace = namespace;
    }

    /// Returns when every Deployment is available and both Gateways have an address.
    static Bed make(InstalledSluice sluice) {
        Bed bed = new Bed(sluice, sluice.newNamespace("conformance"));
        sluice.apply(bed.namespace, InstalledSluice.resource("/conformance/base.yaml"));
        sluice.awaitDeployments(bed.namespace);
        bed.gateway("primary").close();
        bed.gateway("secondary").close();
        return bed;
    }

    /// A client of a Gateway.
    Client gateway(String name) {
        return new Client(sluice.gatewayUrl(namespace, name));
    }

    void apply(String yaml) {
        sluice.apply(namespace, yaml);
    }

    /// A route from the path prefix `/NAME` of a Gateway to pools.
    ///
    /// @param backends each `{name: POOL, weight: N, ...}`
    void route(String name, String gateway, String... backends) {
        apply("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: %s}
                spec:
                  parentRefs: [{name: %s}]
                  rules:
                    - matches: [{path: {value: /%s}}]
                      backendRefs: %s
                """.formatted(name, gateway, name, backendRefs(backends)));
    }

    static String backendRefs(String... backends) {
        return List.of(backends).stream()
                .map(backend -> "{group: inference.networking.k8s.io, kind: InferencePool, " + backend + "}")
                .toList()
                .toString();
    }

    void deleteRoute(String name) {
        sluice.client()
                .resources(HTTPRoute.class)
                .inNamespace(namespace)
                .withName(name)
                .delete();
    }

    /// Changes which pods are behind the Service of `beta`'s picker.
    void selectPicker(String app) {
        sluice.client()
                .services()
                .inNamespace(namespace)
                .withName("beta-picker")
                .edit(service -> {
                    service.getSpec().setSelector(Map.of("app", app));
                    return service;
                });
    }

    /// The pods of a Deployment, in the order of their names.
    List<Pod> pods(String app) {
        return sluice.client().pods().inNamespace(namespace).withLabel("app", app).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .toList();
    }

    static String ip(Pod pod) {
        return pod.getStatus().getPodIP();
    }

    static String name(Pod pod) {
        return pod.getMetadata().getName();
    }

    /// Posts until the answer has this status: routes and endpoints take a moment to arrive.
    static HttpResponse<String> postUntil(int status, Client client, String path, String... headers) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> client.post(path, PROMPT, headers), response -> response.statusCode() == status);
    }

    static Echo post(Client client, String path, String... headers) {
        HttpResponse<String> response = client.post(path, PROMPT, headers);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Echo.of(response);
    }

    /// What a pool says of a Gateway; empty when it says nothing.
    Optional<ParentStatus> parent(String pool, String gateway) {
        InferencePool found = sluice.client()
                .resources(InferencePool.class)
                .inNamespace(namespace)
                .withName(pool)
                .get();
        return found.getStatus() == null
                ? Optional.empty()
                : found.getStatus().parents().stream()
                        .filter(parent -> parent.parentRef().name().equals(gateway))
                        .findFirst();
    }

    void awaitPool(String pool, String gateway, String type, String status, String reason) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(parent(pool, gateway))
                        .hasValueSatisfying(parent -> assertThat(parent.conditions())
                                .anySatisfy(condition -> assertCondition(condition, type, status, reason))));
    }

    void awaitRoute(String route, String type, String status, String reason) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(routeConditions(route))
                        .anySatisfy(condition -> assertCondition(condition, type, status, reason)));
    }

    /// What a route's status says of its only Gateway; nothing before there is one.
    private List<Condition> routeConditions(String route) {
        HTTPRouteStatus status = sluice.client()
                .resources(HTTPRoute.class)
                .inNamespace(namespace)
                .withName(route)
                .get()
                .getStatus();
        return status == null || status.getParents().isEmpty()
                ? List.of()
                : status.getParents().getFirst().getConditions();
    }

    private static void assertCondition(Condition condition, String type, String status, String reason) {
        assertThat(List.of(condition.getType(), condition.getStatus(), condition.getReason()))
                .isEqualTo(List.of(type, status, reason));
    }

    @Override
    public void close() {
        sluice.deleteNamespace(namespace);
    }
}
