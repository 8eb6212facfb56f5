package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.sluice.SluiceExtension;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A configuration that nobody but Envoy can know to be wrong.
@Timeout(180)
class RefusedByEnvoyIT {
    /// A regular expression without a fault, which becomes a bigger program than Envoy's library allows.
    private static final String TOO_BIG = "/\\\\p{L}{1000}";

    private static final String REFUSAL = "False Invalid: Envoy refused the newest configuration and serves the last";

    @RegisterExtension
    static final SluiceExtension INSTALLED = new SluiceExtension();

    @Test
    void theLastGoodConfigurationStaysAndTheGatewaySaysWhy() {
        try (Scene scene = Scene.make(INSTALLED.sluice(), 2);
                Traffic traffic = scene.traffic()) {
            scene.apply("""
                    apiVersion: gateway.networking.k8s.io/v1
                    kind: HTTPRoute
                    metadata: {name: big}
                    spec:
                      parentRefs: [{name: edge}]
                      rules:
                        - matches: [{path: {type: RegularExpression, value: "%s"}}]
                          backendRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: llama}]
                    """.formatted(TOO_BIG));
            await().atMost(Scene.PATIENCE)
                    .untilAsserted(() -> assertThat(scene.condition("Programmed"))
                            .startsWith(REFUSAL)
                            .contains("max program size"));
            assertThat(scene.envoy().sum("envoy_http_rds_update_rejected")).isPositive();
            traffic.awaitMore();

            // Pods are no part of what was refused.
            Set<String> servers = traffic.newAnswers();
            scene.scale(3);
            await().atMost(Scene.PATIENCE)
                    .untilAsserted(() -> assertThat(servers).hasSize(3));

            scene.client()
                    .resources(HTTPRoute.class)
                    .inNamespace(scene.namespace())
                    .withName("big")
                    .delete();
            await().atMost(Scene.PATIENCE)
                    .untilAsserted(
                            () -> assertThat(scene.condition("Programmed")).startsWith("True Programmed"));
            scene.route("after", "/after");
            scene.awaitRoute("after", "/after");
            traffic.awaitMore();
        }
    }

    /// Of some hundred instructions; Envoy by itself takes a hundred.
    @Test
    void patternsAsUsersWriteThemAreTaken() {
        try (Scene scene = Scene.make(INSTALLED.sluice(), 1);
                Traffic traffic = scene.traffic()) {
            scene.apply("""
                    apiVersion: gateway.networking.k8s.io/v1
                    kind: HTTPRoute
                    metadata: {name: host}
                    spec:
                      parentRefs: [{name: edge}]
                      rules:
                        - matches:
                            - path: {type: RegularExpression, value: "/[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/[^/]{1,253}"}
                          filters:
                            - type: ResponseHeaderModifier
                              responseHeaderModifier: {set: [{name: x-route, value: host}]}
                          backendRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: llama}]
                    """);
            scene.awaitRoute("host", "/tenant-1/completions");
            assertThat(scene.condition("Programmed")).startsWith("True");
            traffic.assertNoFailure();
        }
    }
}
