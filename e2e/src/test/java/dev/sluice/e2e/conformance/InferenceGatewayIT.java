package dev.sluice.e2e.conformance;

import static dev.sluice.e2e.conformance.Bed.PROMPT;
import static dev.sluice.e2e.conformance.Bed.SELECTION;
import static dev.sluice.e2e.conformance.Bed.SERVED;
import static dev.sluice.e2e.conformance.Bed.ip;
import static dev.sluice.e2e.conformance.Bed.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.sluice.SluiceExtension;
import dev.sluice.e2e.stack.Client;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The fourteen cases of the Inference Extension's own suite, by the names that it gives them.
class InferenceGatewayIT {
    private static final int REQUESTS = 100;

    @RegisterExtension
    static final SluiceExtension INSTALLED = new SluiceExtension();

    private static Bed bed;
    private static Client primary;
    private static Client secondary;

    @BeforeAll
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    static void makeBed() {
        bed = Bed.make(INSTALLED.sluice());
        primary = bed.gateway("primary");
        secondary = bed.gateway("secondary");
    }

    @AfterAll
    static void remove() {
        if (bed != null) {
            bed.close();
        }
    }

    @Test
    @DisplayName("InferencePoolAccepted")
    void acceptsPool() {
        bed.route("accepted", "primary", "name: alpha");
        bed.awaitPool("alpha", "primary", "Accepted", "True", "Accepted");
        bed.awaitPool("alpha", "primary", "ResolvedRefs", "True", "ResolvedRefs");
    }

    @Test
    @DisplayName("InferencePoolResolvedRefsCondition")
    void namesEachGatewayWhileARouteOfItLeadsToThePool() {
        bed.apply(POOL.formatted("shared"));
        bed.route("shared-1", "primary", "name: shared");
        bed.route("shared-2", "secondary", "name: shared");
        bed.awaitPool("shared", "primary", "Accepted", "True", "Accepted");
        bed.awaitPool("shared", "secondary", "Accepted", "True", "Accepted");
        assertThat(Echo.of(Bed.postUntil(200, primary, "/shared-1")).pod()).startsWith("alpha-");
        assertThat(Echo.of(Bed.postUntil(200, secondary, "/shared-2")).pod()).startsWith("alpha-");

        bed.deleteRoute("shared-1");
        await().atMost(Bed.PATIENCE).until(() -> bed.parent("shared", "primary").isEmpty());
        bed.awaitPool("shared", "secondary", "Accepted", "True", "Accepted");
        Bed.postUntil(404, primary, "/shared-1");
        Bed.post(secondary, "/shared-2");

        bed.deleteRoute("shared-2");
        await().atMost(Bed.PATIENCE)
                .until(() -> bed.parent("shared", "secondary").isEmpty());
        Bed.postUntil(404, secondary, "/shared-2");
    }

    @Test
    @DisplayName("InferencePoolInvalidEPPService")
    void saysThatThePickersServiceIsMissing() {
        bed.apply(POOL.formatted("no-service") + "  endpointPickerRef: {name: absent, port: {number: 9002}}\n");
        bed.route("no-service", "primary", "name: no-service");
        bed.awaitPool("no-service", "primary", "ResolvedRefs", "False", "InvalidExtensionRef");
        Bed.postUntil(500, primary, "/no-service");
    }

    @Test
    @DisplayName("InferencePoolMissingEPPRef")
    void servesAPoolWithoutPickerByTheSharedOne() {
        bed.apply(POOL.formatted("no-ref"));
        bed.route("no-ref", "primary", "name: no-ref");
        bed.awaitRoute("no-ref", "Accepted", "True", "Accepted");
        bed.awaitPool("no-ref", "primary", "Accepted", "True", "Accepted");
        Bed.postUntil(200, primary, "/no-ref");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ", port: 3000", ", port: 8080"})
    @DisplayName("InferencePoolHTTPRoutePortValidation")
    void ignoresTheBackendsPort(String port) {
        String route = "port" + port.replaceAll("\\D", "");
        bed.route(route, "primary", "name: alpha" + port);
        bed.awaitRoute(route, "ResolvedRefs", "True", "ResolvedRefs");
        Bed.postUntil(200, primary, "/" + route);
    }

    @Test
    @DisplayName("HTTPRouteInvalidInferencePoolRef")
    void saysThatThePoolIsMissing() {
        bed.route("no-pool", "primary", "name: absent");
        bed.awaitRoute("no-pool", "Accepted", "True", "Accepted");
        bed.awaitRoute("no-pool", "ResolvedRefs", "False", "BackendNotFound");
        Bed.postUntil(500, primary, "/no-pool");
    }

    @ParameterizedTest
    @CsvSource({"h2c, protocols, 3001", "http, protocols, 3000", "alpha, alpha, 3000"})
    @DisplayName("InferencePoolAppProtocol")
    void speaksThePoolsProtocol(String pool, String app, int port) {
        bed.route("protocol-" + pool, "primary", "name: " + pool);
        for (Pod pod : bed.pods(app)) {
            String endpoint = ip(pod) + ":" + port;
            HttpResponse<String> response = Bed.postUntil(200, primary, "/protocol-" + pool, SELECTION, endpoint);
            assertThat(Echo.of(response).pod()).isEqualTo(name(pod));
            assertThat(Echo.of(response).proto()).isEqualTo(pool.equals("h2c") ? "HTTP/2.0" : "HTTP/1.1");
            assertThat(response.headers().firstValue(SERVED)).hasValue(endpoint);
        }
    }

    @Test
    @DisplayName("HTTPRouteMultipleGatewaysDifferentPools")
    void routesEachGatewayToItsPool() {
        bed.route("gateway-1", "primary", "name: alpha");
        bed.route("gateway-2", "secondary", "name: beta");
        assertThat(Echo.of(Bed.postUntil(200, primary, "/gateway-1")).pod()).startsWith("alpha-");
        assertThat(Echo.of(Bed.postUntil(200, secondary, "/gateway-2")).pod()).startsWith("beta-");
        Bed.postUntil(404, primary, "/gateway-2");
    }

    @Test
    @DisplayName("HTTPRouteMultipleRulesDifferentPools")
    void routesEachRuleToItsPool() {
        bed.apply("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: rules}
                spec:
                  parentRefs: [{name: primary}]
                  rules:
                    - matches: [{path: {value: /rules/1}}]
                      backendRefs: %s
                    - matches: [{path: {value: /rules/2}}]
                      backendRefs: %s
                """.formatted(Bed.backendRefs("name: alpha"), Bed.backendRefs("name: beta")));
        assertThat(Echo.of(Bed.postUntil(200, primary, "/rules/1")).pod()).startsWith("alpha-");
        assertThat(Echo.of(Bed.postUntil(200, primary, "/rules/2")).pod()).startsWith("beta-");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    @DisplayName("GatewayFollowingEPPRouting")
    void sendsOnlyToWhatThePickerPicked(int picked) {
        bed.route("following", "primary", "name: alpha");
        List<Pod> allowed = bed.pods("alpha").subList(3 - picked, 3);
        String selection = allowed.stream().map(Bed::ip).collect(Collectors.joining(","));
        Bed.postUntil(200, primary, "/following", SELECTION, selection);
        assertThat(served("/following", selection).keySet())
                .isSubsetOf(allowed.stream().map(Bed::name).toList());
    }

    @Test
    @DisplayName("GatewayFollowingEPPRoutingWithDataParallelism")
    void sendsOnlyToTheRanksThatThePickerPicked() {
        bed.route("ranks", "primary", "name: ranks");
        List<Pod> pods = bed.pods("ranks");
        String whole = ip(pods.get(0));
        String rank = ip(pods.get(2)) + ":3002";
        Bed.postUntil(200, primary, "/ranks", SELECTION, rank);
        Set<String> endpoints = Stream.generate(() -> primary.post("/ranks", PROMPT, SELECTION, whole + "," + rank))
                .limit(REQUESTS)
                .map(response -> response.headers().firstValue(SERVED).orElse(response.body()))
                .collect(Collectors.toSet());
        assertThat(endpoints).isSubsetOf(whole + ":3000", whole + ":3002", whole + ":3004", rank);
    }

    @Test
    @DisplayName("GatewayWeightedAcrossTwoInferencePools")
    void dividesByWeightAndAsksEachPoolsOwnPicker() {
        bed.route("weighted", "primary", "name: alpha, weight: 70", "name: beta, weight: 30");
        String all = Stream.concat(bed.pods("alpha").stream(), bed.pods("beta").stream())
                .map(Bed::ip)
                .collect(Collectors.joining(","));
        Bed.postUntil(200, primary, "/weighted", SELECTION, all);
        Map<String, Integer> served = new TreeMap<>();
        for (int i = 0; i < 2; i++) {
            served("/weighted", all).forEach((pod, count) -> served.merge(pod.split("-")[0], count, Integer::sum));
        }
        assertThat(served.keySet()).containsExactly("alpha", "beta");
        // 4.5 standard deviations: one run in a hundred thousand fails by chance.
        assertThat(served.get("alpha") / (2.0 * REQUESTS)).isCloseTo(0.7, within(0.146));
    }

    @Test
    @DisplayName("GatewayDestinationEndpointServed")
    void tellsThePickerWhichEndpointServed() {
        bed.route("served", "primary", "name: alpha");
        for (Pod pod : bed.pods("alpha")) {
            HttpResponse<String> response = Bed.postUntil(200, primary, "/served", SELECTION, ip(pod));
            assertThat(Echo.of(response).pod()).isEqualTo(name(pod));
            assertThat(response.headers().firstValue(SERVED)).hasValue(ip(pod) + ":3000");
        }
    }

    @Test
    @DisplayName("EppUnAvailableFailOpen")
    void sendsToAnyPodWhileThePickerIsAway() {
        bed.route("fail-open", "secondary", "name: beta");
        Pod chosen = bed.pods("beta").getFirst();
        HttpResponse<String> before = Bed.postUntil(200, secondary, "/fail-open", SELECTION, ip(chosen));
        assertThat(Echo.of(before).pod()).isEqualTo(name(chosen));
        bed.selectPicker("nobody");
        try {
            // With the picker every request goes to the chosen pod; without it any pod may serve.
            await().atMost(Bed.PATIENCE)
                    .until(() -> !Bed.post(secondary, "/fail-open", SELECTION, ip(chosen))
                            .pod()
                            .equals(name(chosen)));
        } finally {
            bed.selectPicker("beta-picker");
        }
        await().atMost(Bed.PATIENCE)
                .until(() ->
                        served("/fail-open", ip(chosen), secondary).keySet().equals(Set.of(name(chosen))));
    }

    private static Map<String, Integer> served(String path, String selection) {
        return served(path, selection, primary);
    }

    /// How many requests each pod served.
    private static Map<String, Integer> served(String path, String selection, Client client) {
        Map<String, Integer> served = new TreeMap<>();
        for (int i = 0; i < REQUESTS; i++) {
            served.merge(Bed.post(client, path, SELECTION, selection).pod(), 1, Integer::sum);
        }
        return served;
    }

    private static final String POOL = """
            apiVersion: inference.networking.k8s.io/v1
            kind: InferencePool
            metadata: {name: %s}
            spec:
              selector: {matchLabels: {app: alpha}}
              targetPorts: [{number: 3000}]
            """;
}
