package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.sluice.SluiceExtension;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// All servers of a big pool are replaced in a minute. `-Dfaults.pods=100` makes it smaller.
@Timeout(300)
class RollIT {
    private static final int PODS = Integer.getInteger("faults.pods", 500);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /// The operator waits that long for more changes before it publishes one.
    private static final Duration CROWD = Duration.ofMillis(50);

    @RegisterExtension
    static final SluiceExtension INSTALLED = new SluiceExtension();

    @Test
    void movesNothingButEndpointsAndCostsNoRequest() {
        try (Scene scene = Scene.make(INSTALLED.sluice(), PODS);
                Traffic traffic = scene.traffic()) {
            String pool = scene.namespace() + "/" + Scene.POOL;
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(scene.envoy().endpoints(pool)).isEqualTo(PODS));
            EnvoyStats before = scene.envoy();
            int answered = traffic.answered();
            long begin = System.nanoTime();

            scene.client()
                    .apps()
                    .deployments()
                    .inNamespace(scene.namespace())
                    .withName(Scene.POOL)
                    .edit(deployment -> new DeploymentBuilder(deployment)
                            .editSpec()
                            .editTemplate()
                            .editMetadata()
                            .addToAnnotations("rolled", "once")
                            .endMetadata()
                            .endTemplate()
                            .endSpec()
                            .build());
            await().atMost(PATIENCE).until(() -> isRolled(scene.deployment()));
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(scene.envoy().endpoints(pool)).isEqualTo(PODS));
            traffic.awaitMore();

            Duration time = Duration.ofNanos(System.nanoTime() - begin);
            EnvoyStats after = scene.envoy();
            long pushes = after.endpointPushes(pool) - before.endpointPushes(pool);
            System.out.printf(
                    "%d pods rolled in %d ms: %d pushes of endpoints, %d requests answered%n",
                    PODS, time.toMillis(), pushes, traffic.answered() - answered);
            assertThat(after.configuration()).isEqualTo(before.configuration());
            assertThat(pushes)
                    .isBetween(
                            1L,
                            List.of(2L * PODS, time.dividedBy(CROWD)).stream()
                                    .min(Long::compare)
                                    .get());
        }
    }

    private static boolean isRolled(Deployment deployment) {
        var status = deployment.getStatus();
        return deployment.getMetadata().getGeneration().equals(status.getObservedGeneration())
                && Objects.equals(status.getUpdatedReplicas(), PODS)
                && Objects.equals(status.getReplicas(), PODS)
                && Objects.equals(status.getAvailableReplicas(), PODS);
    }
}
