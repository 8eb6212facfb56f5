package dev.sluice.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.chart.Helm;
import dev.sluice.e2e.cluster.Prerequisites;
import dev.sluice.e2e.sluice.InstalledSluice;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The real controller of HorizontalPodAutoscalers scales Envoys by the chart's values, and the operator lets it.
@Timeout(600)
class AutoscalingIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String ENVOYS = "sluice-edge";

    @Test
    void envoysAreAsManyAsTheAutoscalerSays() throws Exception {
        Prerequisites.requireKubernetes();
        try (InstalledSluice sluice =
                InstalledSluice.start("--set", "gateway.autoscaling.enabled=true,gateway.autoscaling.maxReplicas=4")) {
            String namespace = sluice.newNamespace("scaled");
            sluice.apply(namespace, """
                    apiVersion: gateway.networking.k8s.io/v1
                    kind: Gateway
                    metadata: {name: edge}
                    spec:
                      gatewayClassName: sluice
                      listeners: [{name: http, protocol: HTTP, port: 80}]
                    """);
            Resource<HorizontalPodAutoscaler> autoscaler = sluice.client()
                    .autoscaling()
                    .v2()
                    .horizontalPodAutoscalers()
                    .inNamespace(namespace)
                    .withName(ENVOYS);
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(autoscaler.get()).isNotNull();
                assertThat(autoscaler.get().getSpec().getMaxReplicas()).isEqualTo(4);
            });
            // There is no metrics API here: of itself the controller goes to the least, and no further.
            await().atMost(PATIENCE).until(() -> replicas(sluice, namespace) == 2);

            // As it would for load.
            sluice.client()
                    .apps()
                    .deployments()
                    .inNamespace(namespace)
                    .withName(ENVOYS)
                    .scale(3);
            sluice.awaitDeployments(namespace);
            sluice.apply(namespace, """
                    apiVersion: gateway.networking.k8s.io/v1
                    kind: Gateway
                    metadata: {name: edge}
                    spec:
                      gatewayClassName: sluice
                      infrastructure: {labels: {changed: once}}
                      listeners: [{name: http, protocol: HTTP, port: 80}]
                    """);
            await().atMost(PATIENCE)
                    .until(() -> "once"
                            .equals(sluice.client()
                                    .apps()
                                    .deployments()
                                    .inNamespace(namespace)
                                    .withName(ENVOYS)
                                    .get()
                                    .getMetadata()
                                    .getLabels()
                                    .get("changed")));
            assertThat(replicas(sluice, namespace)).isEqualTo(3);

            var _ = sluice.helm()
                    .install(Helm.operator(), "--set", "gateway.drainSeconds=5", "--set", "gateway.replicas=1");
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(autoscaler.get()).isNull();
                assertThat(replicas(sluice, namespace)).isEqualTo(1);
            });
        }
    }

    private static int replicas(InstalledSluice sluice, String namespace) {
        return sluice.client()
                .apps()
                .deployments()
                .inNamespace(namespace)
                .withName(ENVOYS)
                .get()
                .getSpec()
                .getReplicas();
    }
}
