package dev.sluice.e2e.picker;

import static dev.sluice.e2e.stack.ScriptedPicker.sendTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.stack.Gateway;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Manifests;
import dev.sluice.e2e.stack.RecordingPod;
import dev.sluice.e2e.stack.ScriptedPicker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A picker of two replicas, in a pool that fails closed: while one of them answers no request is lost.
class PickerReplicasIT {
    private static final String PATH = "/v1/completions";
    private static final String BODY = "{\"model\":\"m\",\"prompt\":\"hello\"}";
    private static final int REQUESTS = 16;

    private RecordingPod pod;
    private ScriptedPicker first;
    private ScriptedPicker second;
    private Gateway gateway;

    @BeforeEach
    void start() throws Exception {
        Loopback pods = Loopback.of(1);
        pod = RecordingPod.start(pods.socket(0));
        first = ScriptedPicker.start();
        second = ScriptedPicker.start();
        first.play(sendTo(pods.address(0)));
        second.play(sendTo(pods.address(0)));
        gateway = Gateway.start(Manifests.onePool("FailClose", pods), Gateway.Options.USUAL, first, second);
    }

    @AfterEach
    void stop() {
        gateway.close();
        first.close();
        second.close();
        pod.close();
    }

    /// In the first seconds the health checks have not noticed yet: the retry of the stream is what saves the
    /// request.
    @Test
    void requestsGoToTheOtherReplicaAtOnceWhenOneDies() {
        assertThat(gateway.http().post(PATH, BODY).statusCode()).isEqualTo(200);
        first.kill();
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(gateway.http().post(PATH, BODY).statusCode())
                    .as("request " + i)
                    .isEqualTo(200);
        }
    }

    @Test
    void requestsAreRefusedOnceBothAreGone() {
        first.kill();
        second.kill();
        await().untilAsserted(() -> {
            pod.reset();
            assertThat(gateway.http().post(PATH, BODY).statusCode()).isEqualTo(503);
            assertThat(pod.received()).isEmpty();
        });
    }
}
