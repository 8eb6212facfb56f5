package dev.sluice.e2e.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.e2e.chart.Helm;
import dev.sluice.e2e.cluster.Prerequisites;
import dev.sluice.e2e.sluice.InstalledSluice;
import dev.sluice.e2e.stack.Client;
import dev.sluice.e2e.stack.Loopback;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Envoy Gateway runs the Envoy and Sluice tells it where routes to pools lead.
@Tag("real")
@Timeout(240)
class EnvoyGatewayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NAMESPACE = "guest";
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
        sluice = InstalledSluice.start("--set", "gateway.mode=EnvoyGateway");
        sluice.cluster().createNamespace(NAMESPACE);
        EnvoyGatewayProcess.install(sluice);
        gateway = EnvoyGatewayProcess.start(
                sluice, folder, "{fqdn: {hostname: %s, port: 5005}}".formatted(operatorAddress()));
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
                      backendRefs:
                        BACKENDS
                """.replace("NAME", name).replace("PATH", path).replace(
                "BACKENDS", backends.replace("POOL", "group: inference.networking.k8s.io, kind: InferencePool"));
    }

    @Test
    void aRequestIsAnsweredByThePodThatThePickerChose() throws IOException {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(complete("/").statusCode()).isEqualTo(200));
        HttpResponse<String> answer = complete("/");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(addresses("llama")).contains(explained(answer).path("chosen").asText());
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

    private static List<String> addresses(String app) {
        return sluice.client().pods().inNamespace(NAMESPACE).withLabel("app", app).list().getItems().stream()
                .map(pod -> pod.getStatus().getPodIP() + ":8000")
                .toList();
    }
}
