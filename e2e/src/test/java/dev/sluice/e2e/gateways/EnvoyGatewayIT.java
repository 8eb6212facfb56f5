package dev.sluice.e2e.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.e2e.chart.Helm;
import dev.sluice.e2e.cluster.Prerequisites;
import dev.sluice.e2e.sluice.InstalledSluice;
import dev.sluice.e2e.stack.Client;
import dev.sluice.e2e.stack.Loopback;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Envoy Gateway runs the Envoy and Sluice tells it where routes to pools lead.
@Tag("real")
@Tag("neighbours")
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EnvoyGatewayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NAMESPACE = "guest";
    private static final String CANARY = "- {POOL, name: old, weight: %d}\n        - {POOL, name: new, weight: %d}";
    private static final String GONE = "endpointPickerRef: {name: gone, port: {number: 9002}}";
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private static Path folder;

    private static InstalledSluice sluice;
    private static EnvoyGatewayProcess gateway;
    private static Client client;

    @BeforeAll
    @Timeout(1200)
    static void start() throws IOException, InterruptedException {
        Prerequisites.requireKubernetes();
        sluice = InstalledSluice.start("--set", "gateway.mode=EnvoyGateway,operator.replicas=2");
        sluice.cluster().createNamespace(NAMESPACE);
        EnvoyGatewayProcess.install(sluice);
        gateway = EnvoyGatewayProcess.start(
                sluice,
                Files.createDirectory(folder.resolve("plain")),
                "{fqdn: {hostname: %s, port: 5005}}".formatted(operatorAddress()));
        int port = Loopback.freePort();
        client = new Client(URI.create("http://127.0.0.1:" + port));
        sluice.apply(
                NAMESPACE,
                """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: edge}
                spec:
                  gatewayClassName: eg
                  listeners: [{name: http, protocol: HTTP, port: PORT}]
                ---
                """.replace("PORT", Integer.toString(port))
                        + pool("llama", 2, "")
                        + route("llama", "/", "- {POOL, name: llama}"));
        sluice.awaitDeployments(NAMESPACE);
        sluice.awaitDeployments(Helm.NAMESPACE);
    }

    @AfterAll
    static void stop() throws IOException {
        if (gateway != null) {
            gateway.keepLog();
            gateway.close();
        }
        if (sluice != null) {
            sluice.close();
        }
    }

    private static String operatorAddress() {
        return sluice.client()
                .services()
                .inNamespace(Helm.NAMESPACE)
                .withName("sluice-operator")
                .get()
                .getSpec()
                .getClusterIP();
    }

    private static String pool(String name, int replicas, String policy) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: NAME}
                spec:
                  replicas: REPLICAS
                  selector: {matchLabels: {app: NAME}}
                  template:
                    metadata: {labels: {app: NAME}}
                    spec:
                      containers:
                        - name: server
                          image: sluice/simulator:0.1.0
                          args: [--host=0.0.0.0, --port=8000, --profile=h100-8b, --model=llama]
                          readinessProbe: {httpGet: {path: /health, port: 8000}, periodSeconds: 1}
                ---
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: NAME}
                spec:
                  selector: {matchLabels: {app: NAME}}
                  targetPorts: [{number: 8000}]
                ---
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferencePoolPolicy
                metadata: {name: NAME}
                spec:
                  targetRefs: [{name: NAME}]
                  POLICY
                ---
                """.replace("NAME", name)
                .replace("REPLICAS", Integer.toString(replicas))
                .replace("POLICY", policy);
    }

    private static String route(String name, String path, String backends) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: NAME}
                spec:
                  parentRefs: [{name: edge}]
                  rules:
                    - matches: [{path: {type: PathPrefix, value: PATH}}]
                      filters:
                        - {type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}
                      backendRefs:
                        BACKENDS
                """.replace("NAME", name).replace("PATH", path).replace(
                "BACKENDS", backends.replace("POOL", "group: inference.networking.k8s.io, kind: InferencePool"));
    }

    @Test
    @Order(1)
    void aRequestIsAnsweredByThePodThatThePickerChose() throws IOException {
        awaitStatus("/", 200);
        HttpResponse<String> answer = complete("/");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(addresses("llama")).contains(explained(answer).path("chosen").asText());
        assertThat(sluice.client()
                        .resources(InferencePool.class)
                        .inNamespace(NAMESPACE)
                        .withName("llama")
                        .get()
                        .getStatus()
                        .parents())
                .hasSize(1);
    }

    @Test
    void sharesOfPoolsAreThoseOfTheRouteAsTheyChange() throws IOException {
        apply(pool("old", 1, "") + pool("new", 1, "") + route("canary", "/canary", CANARY.formatted(1, 1)));
        awaitStatus("/canary", 200);
        sluice.awaitDeployments(NAMESPACE);
        assertThat(chosen("/canary", 30))
                .hasSameElementsAs(addresses("old", "new"))
                .containsAll(addresses("old"))
                .containsAll(addresses("new"));
        apply(route("canary", "/canary", CANARY.formatted(0, 1)));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(chosen("/canary", 10)).hasSameElementsAs(addresses("new")));
        assertThat(chosen("/canary", 20)).hasSameElementsAs(addresses("new"));
    }

    @Test
    void aPoolOfAnotherNamespaceNeedsItsGrant() {
        sluice.cluster().createNamespace("models");
        sluice.apply("models", pool("granted", 1, ""));
        apply(route("granted", "/granted", "- {POOL, namespace: models, name: granted}"));
        awaitStatus("/granted", 500);
        sluice.apply("models", """
                apiVersion: gateway.networking.k8s.io/v1beta1
                kind: ReferenceGrant
                metadata: {name: routes}
                spec:
                  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: guest}]
                  to: [{group: inference.networking.k8s.io, kind: InferencePool}]
                """);
        awaitStatus("/granted", 200);
        sluice.client()
                .resources(ReferenceGrant.class)
                .inNamespace("models")
                .withName("routes")
                .delete();
        awaitStatus("/granted", 500);
    }

    /// Two pools whose pickers have gone, in one Gateway with a pool whose picker is there.
    @Test
    void withoutItsPickerAPoolFailsAsItsOwnModeSays() {
        apply("""
                apiVersion: v1
                kind: Service
                metadata: {name: gone}
                spec: {selector: {app: nobody}, ports: [{name: grpc, port: 9002}]}
                ---
                """ + pool("open", 1, "gateway: {failureMode: FailOpen}").replace("8000}]", "8000}]\n  " + GONE)
                + pool("closed", 1, "").replace("8000}]", "8000}]\n  " + GONE)
                + route("open", "/open", "- {POOL, name: open}")
                + "---\n"
                + route("closed", "/closed", "- {POOL, name: closed}"));
        awaitStatus("/open", 200);
        awaitStatus("/closed", 503);
        // A policy is nothing that Envoy Gateway watches.
        apply(policy("closed", "gateway: {failureMode: FailOpen}"));
        awaitStatus("/closed", 200);
        apply(policy("closed", "gateway: {failureMode: FailClose}"));
        awaitStatus("/closed", 503);
        assertThat(complete("/").statusCode()).isEqualTo(200);
    }

    @Test
    void noRequestIsLostWhilePodsComeAndGo() throws InterruptedException {
        awaitStatus("/", 200);
        List<Integer> others = new CopyOnWriteArrayList<>();
        AtomicInteger answered = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        Thread traffic = Thread.ofVirtual().start(() -> {
            while (!done.get()) {
                int status = complete("/").statusCode();
                answered.incrementAndGet();
                if (status != 200) {
                    others.add(status);
                }
            }
        });
        try {
            scale("llama", 4);
            apply(route("more", "/more", "- {POOL, name: llama}"));
            awaitStatus("/more", 200);
            scale("llama", 1);
            sluice.client()
                    .resources(HTTPRoute.class)
                    .inNamespace(NAMESPACE)
                    .withName("more")
                    .delete();
            await().atMost(PATIENCE).until(() -> addresses("llama").size() == 1);
        } finally {
            done.set(true);
            traffic.join();
        }
        assertThat(answered).hasPositiveValue();
        assertThat(others).isEmpty();
    }

    @Test
    void aReplicaThatGoesIsMissedByNobody() {
        awaitStatus("/", 200);
        sluice.client()
                .pods()
                .inNamespace(Helm.NAMESPACE)
                .resource(sluice.client()
                        .pods()
                        .inNamespace(Helm.NAMESPACE)
                        .withLabel("app.kubernetes.io/name", "sluice-operator")
                        .list()
                        .getItems()
                        .getFirst())
                .delete();
        apply(route("later", "/later", "- {POOL, name: llama}"));
        awaitStatus("/later", 200);
        sluice.awaitDeployments(Helm.NAMESPACE);
    }

    /// The last one, as it is with another Envoy Gateway.
    @Test
    @Order(Integer.MAX_VALUE)
    void envoyGatewayAndSluiceShowEachOtherTheirCertificates() throws Exception {
        X509Bundle authority = new CertificateBuilder()
                .subject("CN=authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        secret(Helm.NAMESPACE, "extension", authority, issued(authority, "sluice"));
        secret(EnvoyGatewayProcess.NAMESPACE, "asks", authority, issued(authority, "envoy-gateway"));
        sluice.apply(
                EnvoyGatewayProcess.NAMESPACE, secretYaml("trusts", Map.of("tls.crt", authority.getCertificatePEM())));
        var _ = sluice.helm()
                .install(
                        Helm.operator(),
                        "--set",
                        "gateway.mode=EnvoyGateway,operator.replicas=2,gateway.drainSeconds=5,gateway.extension.tlsSecret=extension");
        sluice.awaitDeployments(Helm.NAMESPACE);
        gateway.close();
        gateway = EnvoyGatewayProcess.start(
                sluice,
                Files.createDirectory(folder.resolve("tls")),
                "{fqdn: {hostname: %s, port: 5005}, tls: {certificateRef: {name: trusts}, clientCertificateRef: {name: asks}}}"
                        .formatted(operatorAddress()));
        apply(route("secret", "/secret", "- {POOL, name: llama}"));
        awaitStatus("/secret", 200);
    }

    private static X509Bundle issued(X509Bundle authority, String name) throws Exception {
        return new CertificateBuilder()
                .subject("CN=" + name)
                .addSanIpAddress(operatorAddress())
                .buildIssuedBy(authority);
    }

    private static void secret(String namespace, String name, X509Bundle authority, X509Bundle pair) {
        sluice.apply(
                namespace,
                secretYaml(
                        name,
                        Map.of(
                                "ca.crt", authority.getCertificatePEM(),
                                "tls.crt", pair.getCertificatePathPEM(),
                                "tls.key", pair.getPrivateKeyPEM())));
    }

    private static String secretYaml(String name, Map<String, String> data) {
        return """
                apiVersion: v1
                kind: Secret
                metadata: {name: %s}
                stringData: %s
                """.formatted(name, JSON.valueToTree(data));
    }

    private static void apply(String yaml) {
        sluice.apply(NAMESPACE, yaml);
    }

    private static String policy(String pool, String text) {
        return """
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferencePoolPolicy
                metadata: {name: %s}
                spec:
                  targetRefs: [{name: %s}]
                  %s
                """.formatted(pool, pool, text);
    }

    private static void scale(String deployment, int replicas) {
        sluice.client()
                .apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName(deployment)
                .scale(replicas);
        sluice.awaitDeployments(NAMESPACE);
    }

    private static void awaitStatus(String path, int status) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(complete(path).statusCode()).isEqualTo(status));
    }

    private static List<String> chosen(String path, int requests) throws IOException {
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            HttpResponse<String> answer = complete(path);
            assertThat(answer.statusCode()).isEqualTo(200);
            chosen.add(explained(answer).path("chosen").asText());
        }
        return chosen;
    }

    private static HttpResponse<String> complete(String prefix) {
        return client.post(
                prefix.equals("/") ? "/v1/completions" : prefix + "/v1/completions",
                "{\"model\": \"llama\", \"prompt\": \"What is a sluice?\", \"max_tokens\": 4}",
                "content-type",
                "application/json");
    }

    private static JsonNode explained(HttpResponse<String> answer) throws IOException {
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        String picker = sluice.client()
                .services()
                .inNamespace(Helm.NAMESPACE)
                .withName("sluice-endpoint-picker")
                .get()
                .getSpec()
                .getClusterIP();
        Pod pod = sluice.client()
                .pods()
                .inNamespace(Helm.NAMESPACE)
                .withLabel("app.kubernetes.io/name", "sluice-endpoint-picker")
                .list()
                .getItems()
                .getFirst();
        String host = picker.equals("None") ? pod.getStatus().getPodIP() : picker;
        try (Client admin = new Client(URI.create("http://" + host + ":9090"))) {
            return JSON.readTree(admin.get("/explain/" + id).body());
        }
    }

    private static List<String> addresses(String... apps) {
        return Stream.of(apps).flatMap(EnvoyGatewayIT::addressesOf).toList();
    }

    private static Stream<String> addressesOf(String app) {
        return sluice.client().pods().inNamespace(NAMESPACE).withLabel("app", app).list().getItems().stream()
                .map(pod -> pod.getStatus().getPodIP() + ":8000");
    }
}
