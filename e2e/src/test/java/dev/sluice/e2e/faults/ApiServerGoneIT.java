package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.cluster.Prerequisites;
import dev.sluice.e2e.sluice.InstalledSluice;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The API server goes away and comes back, in a cluster of its own: the controller manager takes up to a minute to
/// work again, which others need not wait for. `-Dfaults.outageSeconds=20` brings it back sooner.
@Timeout(300)
class ApiServerGoneIT {
    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("faults.outageSeconds", 60));

    @Test
    void noRequestFailsAndWhatChangesAfterwardsIsFollowed() throws Exception {
        Prerequisites.requireKubernetes();
        try (InstalledSluice sluice = InstalledSluice.start();
                Scene scene = Scene.make(sluice, 2);
                Traffic traffic = scene.traffic()) {
            int restarts = scene.restarts();
            int before = traffic.answered();
            sluice.cluster().apiServer().stop();
            try {
                Thread.sleep(OUTAGE);
                traffic.awaitMore();
            } finally {
                sluice.cluster().apiServer().start();
            }
            System.out.printf("answered in %s without an API server: %d%n", OUTAGE, traffic.answered() - before);

            scene.addServer();
            scene.route("after", "/after");
            Set<String> servers = traffic.newAnswers();
            await().atMost(Scene.PATIENCE)
                    .untilAsserted(() -> assertThat(servers).hasSize(3));
            scene.awaitRoute("after", "/after");
            traffic.awaitMore();
            assertThat(scene.restarts()).as("no process of Sluice ended").isEqualTo(restarts);
        }
    }
}
