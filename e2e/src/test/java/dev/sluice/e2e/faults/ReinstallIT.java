package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.chart.Helm;
import dev.sluice.e2e.cluster.Prerequisites;
import dev.sluice.e2e.sluice.InstalledSluice;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The chart is upgraded, rolled back, taken out and installed again under load.
///
/// `-Dcharts.before=DIR` begins with the charts of another commit, such as `git archive COMMIT deploy/helm` wrote.
@Tag("real")
@Timeout(900)
class ReinstallIT {
    private static final int REQUESTS = Integer.getInteger("faults.requests", 20_000);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final @Nullable String BEFORE = System.getProperty("charts.before");

    /// Values that roll operator, pickers and Envoys.
    private static final String[] OTHER = {
        "--set", "gateway.drainSeconds=5",
        "--set", "operator.podAnnotations.rolled=once",
        "--set", "picker.podTemplate.metadata.annotations.rolled=once",
        "--set", "gateway.podTemplate.metadata.annotations.rolled=once"
    };

    @Test
    void noRequestIsLost() throws Exception {
        Prerequisites.requireKubernetes();
        try (InstalledSluice sluice = InstalledSluice.start();
                Scene scene = Scene.make(sluice, 3)) {
            Helm helm = sluice.helm();
            if (BEFORE != null) {
                var _ = helm.install(Path.of(BEFORE, "sluice"), "--set", "gateway.drainSeconds=5");
            }
            scene.failOpen();
            settle(sluice, scene);
            try (Traffic traffic = scene.traffic()) {
                step(scene, traffic, "upgraded", () -> {
                    var _ = helm.install(Helm.operator(), OTHER);
                    await().atMost(PATIENCE).until(() -> areRolled(scene));
                    settle(sluice, scene);
                });
                step(scene, traffic, "rolled back", () -> {
                    var _ = helm.rollback(Helm.operator());
                    await().atMost(PATIENCE).until(() -> !areRolled(scene));
                    settle(sluice, scene);
                });
                Set<String> envoys = envoys(scene);
                step(scene, traffic, "uninstalled", () -> {
                    var _ = helm.uninstall(Helm.operator());
                    await().atMost(PATIENCE)
                            .until(() -> scene.client()
                                    .pods()
                                    .inNamespace(Helm.NAMESPACE)
                                    .list()
                                    .getItems()
                                    .isEmpty());
                });
                step(scene, traffic, "installed again", () -> {
                    var _ = helm.install(Helm.operator(), "--set", "gateway.drainSeconds=5");
                    settle(sluice, scene);
                });
                assertThat(envoys(scene)).isEqualTo(envoys);
                await().atMost(PATIENCE).until(() -> traffic.answered() >= REQUESTS);
                traffic.assertNoFailure();
                System.out.printf("%d requests answered, 0 lost%n", traffic.answered());
            }
        }
    }

    private interface Change {
        void make() throws Exception;
    }

    private static void step(Scene scene, Traffic traffic, String name, Change change) throws Exception {
        long begin = System.nanoTime();
        int answered = traffic.answered();
        try {
            change.make();
            traffic.awaitMore();
        } catch (AssertionError lost) {
            scene.refused().forEach(System.out::println);
            throw lost;
        }
        System.out.printf(
                "%s in %d ms: %d requests answered%n",
                name, (System.nanoTime() - begin) / 1_000_000, traffic.answered() - answered);
    }

    /// Returns when operator, picker and Envoys are as the chart says, and no pod of before is left.
    private static void settle(InstalledSluice sluice, Scene scene) {
        sluice.awaitDeployments(Helm.NAMESPACE);
        sluice.awaitDeployments(scene.namespace());
        await().atMost(PATIENCE)
                .until(() -> scene.client().pods().inAnyNamespace().list().getItems().stream()
                        .noneMatch(pod -> pod.getMetadata().getDeletionTimestamp() != null));
    }

    private static Set<String> envoys(Scene scene) {
        return scene.envoyPods().stream()
                .map(HasMetadata::getMetadata)
                .map(metadata -> metadata.getUid())
                .collect(Collectors.toSet());
    }

    /// The operator has taken up the values that roll Envoys and pickers.
    private static boolean areRolled(Scene scene) {
        return scene
                .client()
                .apps()
                .deployments()
                .inNamespace(scene.namespace())
                .withLabel("app.kubernetes.io/managed-by", "sluice")
                .list()
                .getItems()
                .stream()
                .anyMatch(deployment -> deployment
                        .getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getAnnotations()
                        .containsKey("rolled"));
    }
}
