package dev.sluice.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.sluice.api.v1alpha1.GatewayParameters;
import dev.sluice.cluster.LocalCluster;
import dev.sluice.e2e.cluster.Prerequisites;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/// In a cluster of its own, because its API server is taken away.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(240)
class OperatorIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<Class<? extends HasMetadata>> OWNED =
            List.of(Deployment.class, Service.class, ConfigMap.class, ServiceAccount.class);

    private static LocalCluster cluster;
    private static KubernetesClient client;

    @BeforeAll
    @Timeout(600)
    static void start() throws IOException, InterruptedException {
        Prerequisites.requireKubernetes();
        // A reconciler that is stopped in the middle of its work throws on its own thread, which no test waits for.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
        cluster = LocalCluster.start();
        client = cluster.client();
        for (String definition : List.of(
                "inferencepools.inference.networking.k8s.io",
                "inferencemodels.inference.sluice.dev",
                "inferencepoolpolicies.inference.sluice.dev",
                "inferencepriorityclasses.inference.sluice.dev",
                "gatewayparameters.inference.sluice.dev")) {
            try (InputStream yaml = OperatorIT.class.getResourceAsStream("/crds/" + definition + ".yaml")) {
                client.load(yaml).create();
            }
        }
        cluster.createNamespace(OperatorReplica.NAMESPACE);
    }

    @AfterAll
    static void end() {
        Awaitility.reset();
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Order(1)
    void gatewayApiMayBeInstalledLater() throws IOException, InterruptedException {
        try (OperatorReplica replica = OperatorReplica.start(cluster, "early")) {
            await().atMost(PATIENCE)
                    .until(() -> replica.plane().isReady() && replica.plane().isLeader());
            assertThat(http(replica, "/readyz")).isEqualTo(200);
            cluster.installGatewayApi();
            cluster.createNamespace("late");
            apply("late", Yaml.GATEWAY_CLASS);
            apply("late", Yaml.gateway("edge", 8080));
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(condition("late", "edge", "Accepted")).isEqualTo("True"));
        }
        client.namespaces().withName("late").delete();
    }

    @Test
    @Order(2)
    void aGatewaysParametersChangeItsPodsAndAFaultInThemIsNamed() throws IOException {
        cluster.createNamespace("tuned");
        try (OperatorReplica _ = OperatorReplica.start(cluster, "tuned")) {
            apply("tuned", Yaml.gateway("edge", 80).replace("spec:", """
                    spec:
                      infrastructure:
                        parametersRef: {group: inference.sluice.dev, kind: GatewayParameters, name: edge}
                    """.stripTrailing()));
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(message("tuned", "edge", "Accepted")).contains("tuned/edge exists"));
            apply("tuned", parameters("nodeSelectors"));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(message("tuned", "edge", "Accepted"))
                            .contains("spec.podTemplate.spec.nodeSelectors"));
            client.resources(GatewayParameters.class)
                    .inNamespace("tuned")
                    .withName("edge")
                    .delete();
            apply("tuned", parameters("nodeSelector"));
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(condition("tuned", "edge", "Accepted")).isEqualTo("True");
                Deployment envoys = client.resources(Deployment.class)
                        .inNamespace("tuned")
                        .withName("sluice-edge")
                        .get();
                assertThat(envoys.getSpec().getTemplate().getSpec().getNodeSelector())
                        .containsEntry("pool", "gateways");
                assertThat(envoys.getSpec()
                                .getTemplate()
                                .getSpec()
                                .getSecurityContext()
                                .getRunAsUser())
                        .isNull();
            });
        }
        client.namespaces().withName("tuned").delete();
    }

    private static String parameters(String field) {
        return """
                apiVersion: inference.sluice.dev/v1alpha1
                kind: GatewayParameters
                metadata: {name: edge}
                spec:
                  podTemplate: {spec: {%s: {pool: gateways}, securityContext: {runAsUser: null}}}
                """.formatted(field);
    }

    @Test
    @Order(2)
    void aGatewayGetsItsEnvoyWhichFollowsItAndGoesWithIt() throws IOException {
        cluster.createNamespace("edges");
        try (OperatorReplica _ = OperatorReplica.start(cluster, "first")) {
            apply("edges", Yaml.gateway("edge", 80));
            apply("edges", """
                    apiVersion: gateway.networking.k8s.io/v1
                    kind: HTTPRoute
                    metadata: {name: away}
                    spec:
                      parentRefs: [{name: edge}]
                      rules:
                        - filters: [{type: RequestRedirect, requestRedirect: {hostname: elsewhere.example}}]
                    """);
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(condition("edges", "edge", "Programmed")).isEqualTo("True"));
            String address = client.resources(Gateway.class)
                    .inNamespace("edges")
                    .withName("edge")
                    .get()
                    .getStatus()
                    .getAddresses()
                    .getFirst()
                    .getValue();
            await().ignoreExceptions()
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(status("http://" + address)).isEqualTo(302));

            client.resources(Gateway.class)
                    .inNamespace("edges")
                    .withName("edge")
                    .edit(gateway -> {
                        gateway.getSpec().getListeners().getFirst().setPort(8081);
                        return gateway;
                    });
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    service("edges", "sluice-edge").getSpec().getPorts())
                            .extracting(ServicePort::getPort, ServicePort::getTargetPort)
                            .containsExactly(tuple(8081, new IntOrString(8081))));
            await().ignoreExceptions()
                    .atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(status("http://" + address + ":8081")).isEqualTo(302));

            client.services().inNamespace("edges").withName("sluice-edge").edit(service -> {
                service.getSpec().getSelector().put("somebody", "meddled");
                service.getSpec().getPorts().getFirst().setTargetPort(new IntOrString(1));
                return service;
            });
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service("edges", "sluice-edge")
                                    .getSpec()
                                    .getPorts()
                                    .getFirst()
                                    .getTargetPort())
                            .isEqualTo(new IntOrString(8081)));

            client.resources(Gateway.class)
                    .inNamespace("edges")
                    .withName("edge")
                    .delete();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(OWNED)
                            .allSatisfy(kind -> assertThat(client.resources(kind)
                                            .inNamespace("edges")
                                            .withName("sluice-edge")
                                            .get())
                                    .isNull()));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(client.resources(HTTPRoute.class)
                                    .inNamespace("edges")
                                    .withName("away")
                                    .get()
                                    .getStatus())
                            .isNull());
        }
        client.namespaces().withName("edges").delete();
    }

    @Test
    @Order(3)
    void tellsTheOwnerWhatIsWrongOnceAndWritesNothingWhileNothingChanges() throws Exception {
        cluster.createNamespace("quiet");
        try (OperatorReplica replica = OperatorReplica.start(cluster, "quiet")) {
            apply("quiet", Yaml.gateway("edge", 8080));
            apply("quiet", Yaml.pool("llama"));
            apply("quiet", """
                    apiVersion: gateway.networking.k8s.io/v1
                    kind: HTTPRoute
                    metadata: {name: broken}
                    spec:
                      parentRefs: [{name: edge}]
                      rules:
                        - matches: [{path: {value: /pool}}]
                          backendRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: llama}]
                        - backendRefs: [{name: nowhere, port: 80}]
                    """);
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(condition("quiet", "edge", "Programmed")).isEqualTo("True"));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(events("quiet", "broken")).containsExactly("BackendNotFound"));
            awaitNoWrites(replica);
            int before = replica.writes().size();
            Thread.sleep(Duration.ofSeconds(60));
            List<String> writes = replica.writes();
            assertThat(writes.subList(before, writes.size())).isEmpty();
            assertThat(events("quiet", "broken")).containsExactly("BackendNotFound");
        }
        client.namespaces().withName("quiet").delete();
    }

    @Test
    @Order(4)
    void oneOfTwoLeadsBothServeAndTheOtherTakesOver() throws IOException {
        cluster.createNamespace("pair");
        OperatorReplica one = OperatorReplica.start(cluster, "one");
        OperatorReplica two = OperatorReplica.start(cluster, "two");
        try (one;
                two) {
            await().atMost(PATIENCE)
                    .until(() -> one.plane().isReady() && two.plane().isReady());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(one.plane().isLeader())
                            .isNotEqualTo(two.plane().isLeader()));
            OperatorReplica leader = one.plane().isLeader() ? one : two;
            OperatorReplica other = leader == one ? two : one;
            apply("pair", Yaml.gateway("edge", 8080));
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(service("pair", "sluice-edge")).isNotNull());
            assertThat(other.writes()).isEmpty();

            leader.close();
            await().atMost(PATIENCE).until(() -> other.plane().isLeader());
            client.resources(Gateway.class).inNamespace("pair").withName("edge").edit(gateway -> {
                gateway.getSpec().getListeners().getFirst().setPort(8082);
                return gateway;
            });
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    service("pair", "sluice-edge").getSpec().getPorts())
                            .extracting(ServicePort::getPort)
                            .containsExactly(8082));
        }
        client.namespaces().withName("pair").delete();
    }

    @Test
    @Order(5)
    void goesOnWithoutTheApiServerAndCatchesUp() throws Exception {
        cluster.createNamespace("outage");
        try (OperatorReplica replica = OperatorReplica.start(cluster, "survivor")) {
            apply("outage", Yaml.gateway("edge", 8080));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(condition("outage", "edge", "Programmed"))
                            .isEqualTo("True"));
            cluster.apiServer().stop();
            await().atMost(PATIENCE).until(() -> !replica.plane().isLeader());
            assertThat(http(replica, "/readyz")).isEqualTo(200);
            cluster.apiServer().start();
            await().atMost(PATIENCE).until(() -> replica.plane().isLeader());
            client.resources(Gateway.class)
                    .inNamespace("outage")
                    .withName("edge")
                    .edit(gateway -> {
                        gateway.getSpec().getListeners().getFirst().setPort(8083);
                        return gateway;
                    });
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    service("outage", "sluice-edge").getSpec().getPorts())
                            .extracting(ServicePort::getPort)
                            .containsExactly(8083));
        }
        client.namespaces().withName("outage").delete();
    }

    private static void apply(String namespace, String yaml) {
        Yaml.create(client, namespace, yaml);
    }

    private static List<String> events(String namespace, String object) {
        return client.resources(Event.class).inNamespace(namespace).list().getItems().stream()
                .filter(event -> event.getRegarding().getName().equals(object))
                .map(Event::getReason)
                .toList();
    }

    private static String condition(String namespace, String gateway, String type) {
        return conditionOf(namespace, gateway, type).map(Condition::getStatus).orElse("absent");
    }

    private static String message(String namespace, String gateway, String type) {
        return conditionOf(namespace, gateway, type).map(Condition::getMessage).orElse("");
    }

    private static Optional<Condition> conditionOf(String namespace, String gateway, String type) {
        Gateway seen = client.resources(Gateway.class)
                .inNamespace(namespace)
                .withName(gateway)
                .get();
        return Stream.ofNullable(seen.getStatus())
                .flatMap(status -> status.getConditions().stream())
                .filter(condition -> condition.getType().equals(type))
                .findFirst();
    }

    private static Service service(String namespace, String name) {
        return client.services().inNamespace(namespace).withName(name).get();
    }

    private static void awaitNoWrites(OperatorReplica replica) {
        AtomicInteger last = new AtomicInteger(-1);
        await().pollInterval(Duration.ofSeconds(5)).atMost(PATIENCE).until(() -> {
            int now = replica.writes().size();
            return last.getAndSet(now) == now;
        });
    }

    private static int http(OperatorReplica replica, String path) throws IOException, InterruptedException {
        var address = replica.plane().httpAddress();
        return status("http://" + address.getHostString() + ":" + address.getPort() + path);
    }

    private static int status(String url) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
