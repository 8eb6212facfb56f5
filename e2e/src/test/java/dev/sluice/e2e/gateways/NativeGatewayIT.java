package dev.sluice.e2e.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.e2e.chart.Helm;
import dev.sluice.e2e.cluster.Prerequisites;
import dev.sluice.e2e.sluice.InstalledSluice;
import dev.sluice.e2e.stack.Client;
import dev.sluice.e2e.stack.ForeignEnvoy;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/// Pools whose requests another gateway brings, one that supports InferencePools itself: Sluice runs the
/// picker, one for the namespace, and the Services that the pools name, and touches nothing else.
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NativeGatewayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String PORT = "sluice.dev/picker-port";
    private static final String NAMESPACE = "native";

    private static InstalledSluice sluice;

    @BeforeAll
    @Timeout(600)
    static void start() throws IOException, InterruptedException {
        Prerequisites.requireKubernetes();
        sluice = InstalledSluice.start("--set", "picker.scope=Namespace");
        sluice.cluster().createNamespace(NAMESPACE);
        sluice.apply(NAMESPACE, """
                apiVersion: v1
                kind: Service
                metadata: {name: taken}
                spec: {ports: [{name: grpc, port: 9002}]}
                """);
        sluice.apply(NAMESPACE, pool("llama", "llama-picker") + pool("phi", "phi-picker") + pool("rest", "taken"));
        sluice.awaitDeployments(NAMESPACE);
    }

    @AfterAll
    static void stop() {
        if (sluice != null) {
            sluice.close();
        }
    }

    /// Servers, their pool and its model, named alike.
    private static String pool(String name, String picker) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: NAME}
                spec:
                  selector: {matchLabels: {app: NAME}}
                  template:
                    metadata: {labels: {app: NAME}}
                    spec:
                      containers:
                        - name: server
                          image: sluice/simulator:0.1.0
                          args: [--host=0.0.0.0, --port=8000, --profile=h100-8b, --model=NAME]
                          readinessProbe: {httpGet: {path: /health, port: 8000}, periodSeconds: 1}
                ---
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: NAME}
                spec:
                  selector: {matchLabels: {app: NAME}}
                  targetPorts: [{number: 8000}]
                  endpointPickerRef: {name: PICKER, port: {number: 9002}}
                ---
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferenceModel
                metadata: {name: NAME}
                spec:
                  modelName: NAME
                  poolRefs: [{name: NAME}]
                  targets: [{modelName: NAME}]
                ---
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferencePoolPolicy
                metadata: {name: NAME}
                spec:
                  targetRefs: [{name: NAME}]
                  gateway: {mode: Native}
                ---
                """.replace("NAME", name).replace("PICKER", picker);
    }

    /// The gateway does not say which pool a request is for: that each Service stands for its pool shows in the models
    /// that the picker knows there.
    @Test
    void theServiceThatAPoolNamesLeadsToThePickerForThatPool() throws IOException {
        assertServicesStandForTheirPools();
    }

    private static void assertServicesStandForTheirPools() throws IOException {
        for (String pool : List.of("llama", "phi")) {
            try (ForeignEnvoy envoy = ForeignEnvoy.start(ForeignEnvoy.Picker.of(
                            service(pool + "-picker").getSpec().getClusterIP(), 9002));
                    Client client = envoy.client()) {
                await().atMost(PATIENCE)
                        .untilAsserted(() ->
                                assertThat(complete(client, pool).statusCode()).isEqualTo(200));
                assertThat(complete(client, pool).body()).contains("\"model\":\"" + pool + "\"");
                HttpResponse<String> other = complete(client, pool.equals("phi") ? "llama" : "phi");
                assertThat(other.statusCode()).isEqualTo(404);
                assertThat(other.body()).contains("published models: " + pool);
            }
        }
    }

    @Test
    void thePickerIsAllThatRuns() {
        assertThat(names(Deployment.class))
                .filteredOn(name -> name.startsWith("sluice-"))
                .containsExactly("sluice-endpoint-picker");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reason("llama")).isEqualTo("ResolvedRefs"));
        assertThat(client().resources(InferencePool.class)
                        .inNamespace(NAMESPACE)
                        .list()
                        .getItems())
                .hasSize(3)
                .allSatisfy(pool -> assertThat(pool.getStatus() == null
                                || pool.getStatus().parents().isEmpty())
                        .isTrue());
    }

    @Test
    void portsStayWhoeverLeads() {
        String before = port("llama-picker") + " " + port("phi-picker");
        client().pods()
                .inNamespace(Helm.NAMESPACE)
                .withLabel("app.kubernetes.io/name", "sluice-operator")
                .delete();
        sluice.awaitDeployments(Helm.NAMESPACE);
        sluice.apply(NAMESPACE, pool("early", "early-picker"));
        await().atMost(PATIENCE).ignoreExceptions().until(() -> port("early-picker") != null);
        assertThat(port("llama-picker") + " " + port("phi-picker"))
                .isEqualTo(before)
                .doesNotContain(Objects.requireNonNull(port("early-picker")));
        client().resources(InferencePool.class)
                .inNamespace(NAMESPACE)
                .withName("early")
                .delete();
        await().atMost(PATIENCE).until(() -> !names(Service.class).contains("early-picker"));
    }

    @Test
    void somebodyElsesServiceStaysAsItIs() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(client().events()
                                .v1()
                                .events()
                                .inNamespace(NAMESPACE)
                                .list()
                                .getItems())
                        .anyMatch(event -> "NameInUse".equals(event.getReason())
                                && "taken".equals(event.getRegarding().getName())));
        assertThat(service("taken").getMetadata().getLabels()).isNullOrEmpty();
    }

    /// It comes last, because the others want the picker of the namespace.
    @Test
    @Order(Integer.MAX_VALUE)
    void pickersOfOnePoolEachTakeOver() throws Exception {
        var _ = sluice.helm().install(Helm.operator(), "--set", "picker.scope=Pool");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(names(Deployment.class))
                        .contains("llama-endpoint-picker", "phi-endpoint-picker")
                        .doesNotContain("sluice-endpoint-picker"));
        sluice.awaitDeployments(NAMESPACE);
        assertServicesStandForTheirPools();
        assertThat(port("llama-picker")).isNull();
    }

    private static HttpResponse<String> complete(Client client, String model) throws IOException {
        return client.post(
                "/v1/completions",
                "{\"model\": \"%s\", \"prompt\": \"What is a sluice?\", \"max_tokens\": 4}".formatted(model),
                "content-type",
                "application/json");
    }

    private static Service service(String name) {
        return await().atMost(PATIENCE)
                .until(
                        () -> client().services()
                                .inNamespace(NAMESPACE)
                                .withName(name)
                                .get(),
                        Objects::nonNull);
    }

    private static @Nullable String port(String service) {
        return service(service).getMetadata().getAnnotations().get(PORT);
    }

    private static @Nullable String reason(String policy) {
        InferencePoolPolicy found = client().resources(InferencePoolPolicy.class)
                .inNamespace(NAMESPACE)
                .withName(policy)
                .get();
        return found.getStatus() == null
                ? null
                : found.getStatus().conditions().stream()
                        .filter(condition -> condition.getType().equals("ResolvedRefs"))
                        .map(condition -> condition.getReason())
                        .findFirst()
                        .orElse(null);
    }

    private static <T extends HasMetadata> List<String> names(Class<T> kind) {
        return client().resources(kind).inNamespace(NAMESPACE).list().getItems().stream()
                .map(object -> object.getMetadata().getName())
                .toList();
    }

    private static KubernetesClient client() {
        return sluice.client();
    }
}
