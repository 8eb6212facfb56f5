package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.chart.Helm;
import dev.sluice.e2e.sluice.SluiceExtension;
import dev.sluice.e2e.stack.RawConnection;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Envoys and pickers go on without the operator, and its return moves nothing.
@Timeout(180)
class OperatorGoneIT {
    private static final Duration QUIET = Duration.ofSeconds(3);
    private static final String CONNECTED = "envoy_control_plane_connected_state";

    @RegisterExtension
    static final SluiceExtension INSTALLED = new SluiceExtension();

    @Test
    void aCrashOfItsProcessCostsNothing() throws Exception {
        losing(
                "crashed",
                operator -> INSTALLED
                        .sluice()
                        .cluster()
                        .crash(Helm.NAMESPACE, operator.getMetadata().getName()));
    }

    @Test
    void theEndOfItsPodCostsNothing() throws Exception {
        losing(
                "deleted",
                operator -> INSTALLED
                        .sluice()
                        .client()
                        .resource(operator)
                        .withGracePeriod(0)
                        .delete());
    }

    private static void losing(String route, Consumer<Pod> fault) throws Exception {
        try (Scene scene = Scene.make(INSTALLED.sluice(), 2);
                Traffic traffic = scene.traffic();
                RawConnection connection = RawConnection.to(scene.url())) {
            ask(connection);
            List<String> configuration = settled(scene);

            fault.accept(scene.operators().getFirst());
            await().atMost(Scene.PATIENCE).until(() -> scene.envoy().sum(CONNECTED) == 0);
            traffic.awaitMore();
            ask(connection);

            await().atMost(Scene.PATIENCE).until(() -> scene.envoy().sum(CONNECTED) == 1);
            await().atMost(Scene.PATIENCE).until(() -> !scene.readyOperators().isEmpty());
            await().during(QUIET)
                    .atMost(QUIET.multipliedBy(3))
                    .untilAsserted(
                            () -> assertThat(scene.envoy().configuration()).isEqualTo(configuration));
            ask(connection);

            scene.route(route, "/" + route);
            scene.awaitRoute(route, "/" + route);
            ask(connection);
            traffic.assertNoFailure();
        }
    }

    /// The counters when they have been the same for a while.
    private static List<String> settled(Scene scene) throws InterruptedException {
        List<String> before;
        List<String> now = scene.envoy().configuration();
        do {
            before = now;
            Thread.sleep(QUIET);
            now = scene.envoy().configuration();
        } while (!now.equals(before));
        return now;
    }

    /// One more request on that connection.
    private static void ask(RawConnection connection) throws IOException {
        byte[] body = Traffic.PROMPT.getBytes(StandardCharsets.UTF_8);
        connection.head(
                "POST " + Scene.PATH + " HTTP/1.1",
                "host: test",
                "content-type: application/json",
                "content-length: " + body.length);
        RawConnection.Response response = connection.send(body).response();
        assertThat(response.status()).as(response.body()).isEqualTo(200);
    }
}
