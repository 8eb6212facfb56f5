package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.chart.Helm;
import dev.sluice.e2e.sluice.SluiceExtension;
import dev.sluice.e2e.stack.Client;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A picker that hangs, whose connections stay open, is noticed within seconds.
@Timeout(300)
class HungPickerIT {
    /// Envoy pings every 5 s and waits 3 to 5 s for an answer; health checks take 6 s at most.
    private static final Duration NOTICED = Duration.ofSeconds(15);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    static final SluiceExtension INSTALLED = new SluiceExtension();

    @Test
    void endsItsStreamsAndIsPassedByWhereThePoolFailsOpen() throws Exception {
        try (Scene scene = Scene.make(INSTALLED.sluice(), 2)) {
            scene.failOpen();
            try (Client client = new Client(scene.url())) {
                await().atMost(PATIENCE).until(() -> status(client) == 200);
                long picker = pickerProcess(scene);
                signal("STOP", picker);
                try {
                    long began = System.nanoTime();
                    int first = status(client);
                    assertThat(Duration.ofNanos(System.nanoTime() - began))
                            .as("until the request under way ended, with %d", first)
                            .isLessThan(NOTICED);
                    await().atMost(NOTICED).until(() -> status(client) == 200);
                } finally {
                    signal("CONT", picker);
                }
                await().atMost(PATIENCE).until(() -> status(client) == 200);
            }
        }
    }

    private static int status(Client client) {
        return client.post(Scene.PATH, Traffic.PROMPT).statusCode();
    }

    /// The local cluster says which process a container is.
    private static long pickerProcess(Scene scene) {
        String container = scene.client()
                .pods()
                .inNamespace(Helm.NAMESPACE)
                .withLabel("app.kubernetes.io/name", "sluice-endpoint-picker")
                .list()
                .getItems()
                .getFirst()
                .getStatus()
                .getContainerStatuses()
                .getFirst()
                .getContainerID();
        return Long.parseLong(container.substring(container.lastIndexOf('/') + 1));
    }

    private static void signal(String name, long process) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process)).start();
        assertThat(kill.waitFor()).isZero();
    }
}
