package dev.sluice.e2e.routing;

import static dev.sluice.e2e.stack.ScriptedPicker.sendTo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.stack.Gateway;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Manifests;
import dev.sluice.e2e.stack.RecordingPod;
import dev.sluice.e2e.stack.ScriptedPicker;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.envoyproxy.envoy.type.v3.StatusCode;
import io.grpc.Status;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The behaviour matrix of `override_host` where the pool fails open: what that adds, and what it does not.
class FailOpenIT {
    private static final String PATH = "/v1/completions";
    private static final String BODY = "{\"model\":\"m\",\"prompt\":\"hello\"}";

    private static Loopback pods;
    private static RecordingPod pod;
    private static ScriptedPicker picker;
    private static Gateway gateway;

    @BeforeAll
    static void start() throws Exception {
        pods = Loopback.of(2);
        pod = RecordingPod.start(pods.socket(0));
        picker = ScriptedPicker.start();
        gateway = Gateway.start(Manifests.onePool("FailOpen", pods), Gateway.Options.USUAL, picker);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        picker.close();
        pod.close();
    }

    @BeforeEach
    void forget() {
        pod.reset();
    }

    @Test
    void aListWhoseFirstEndpointIsDeadIsStillFollowed() {
        picker.play(sendTo(pods.address(1) + "," + pods.address(0)));

        assertThat(gateway.http().post(PATH, BODY).statusCode()).isEqualTo(200);
        assertThat(pod.only().body()).asString().isEqualTo(BODY);
    }

    @Test
    void aRequestWithoutBodyPassesAPickerThatFails() {
        picker.play((_, envoy) -> envoy.onError(Status.INTERNAL.asRuntimeException()));

        assertThat(gateway.http().get("/v1/models").statusCode()).isEqualTo(200);
    }

    /// Once a byte of the body has gone to the picker Envoy has nothing left to send on.
    @Test
    void aRequestWhosePickerFailsAtTheBodyIsLostAllTheSame() {
        picker.play((message, envoy) -> {
            if (message.hasRequestBody()) {
                envoy.onError(Status.INTERNAL.asRuntimeException());
            }
        });

        assertThat(gateway.http().post(PATH, BODY).statusCode()).isEqualTo(503);
        assertThat(pod.received()).isEmpty();
    }

    @Test
    void aPickerThatRefusesIsObeyed() {
        picker.play((_, envoy) -> {
            envoy.onNext(ProcessingResponse.newBuilder()
                    .setImmediateResponse(ImmediateResponse.newBuilder()
                            .setStatus(HttpStatus.newBuilder().setCode(StatusCode.TooManyRequests)))
                    .build());
            envoy.onCompleted();
        });

        assertThat(gateway.http().post(PATH, BODY).statusCode()).isEqualTo(429);
        assertThat(pod.received()).isEmpty();
    }
}
