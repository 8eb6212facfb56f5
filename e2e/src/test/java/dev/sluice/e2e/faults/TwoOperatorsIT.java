package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.chart.Helm;
import dev.sluice.e2e.sluice.SluiceExtension;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The leader's pod goes while another replica runs.
@Timeout(180)
class TwoOperatorsIT {
    @RegisterExtension
    static final SluiceExtension INSTALLED = new SluiceExtension();

    @AfterEach
    void one() {
        Scene.scaleOperator(INSTALLED.sluice().client(), 1);
    }

    @Test
    void theOtherWritesAndNoRequestFails() {
        try (Scene scene = Scene.make(INSTALLED.sluice(), 2);
                Traffic traffic = scene.traffic()) {
            Scene.scaleOperator(scene.client(), 2);
            String leader = scene.leader();
            assertThat(scene.readyOperators()).contains(leader);

            scene.client()
                    .pods()
                    .inNamespace(Helm.NAMESPACE)
                    .withName(leader)
                    .withGracePeriod(0)
                    .delete();
            await().atMost(Scene.PATIENCE)
                    .untilAsserted(() ->
                            assertThat(scene.leader()).isNotEqualTo(leader).isIn(scene.readyOperators()));

            scene.route("after", "/after");
            scene.awaitRoute("after", "/after");
            await().atMost(Scene.PATIENCE).until(() -> accepted(scene).equals(Optional.of("True")));
            traffic.awaitMore();
        }
    }

    private static Optional<String> accepted(Scene scene) {
        HTTPRoute route = scene.client()
                .resources(HTTPRoute.class)
                .inNamespace(scene.namespace())
                .withName("after")
                .get();
        return Optional.ofNullable(route.getStatus()).stream()
                .flatMap(status -> status.getParents().stream())
                .flatMap(parent -> parent.getConditions().stream())
                .filter(condition -> condition.getType().equals("Accepted"))
                .map(condition -> condition.getStatus())
                .findFirst();
    }
}
