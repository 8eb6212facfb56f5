package dev.sluice.e2e.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.stack.Gateway;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Manifests;
import dev.sluice.e2e.stack.RecordingPod;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The moments in which the picker and Envoy do not know the same pods: configuration travels to each at its own
/// pace.
class DisagreementIT {
    private static final String PATH = "/v1/completions";
    private static final String BODY = "{\"model\":\"m\",\"prompt\":\"hello\"}";

    private static Loopback pods;
    private static RecordingPod first;
    private static RecordingPod second;
    private static Gateway gateway;

    @BeforeAll
    static void start() throws Exception {
        pods = Loopback.of(2);
        first = RecordingPod.start(pods.socket(0));
        second = RecordingPod.start(pods.socket(1));
        gateway = Gateway.start(only(0));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        first.close();
        second.close();
    }

    @BeforeEach
    void forget() {
        first.reset();
        second.reset();
    }

    @Test
    void aPodThatOnlyThePickerKnowsCostsNoRequestAndThePickerLearnsWhoServed() {
        gateway.publishToPicker(only(1));

        HttpResponse<String> response = gateway.http().post(PATH, BODY);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(first.only().body()).asString().isEqualTo(BODY);
        assertThat(second.received()).isEmpty();
        String id = response.headers().firstValue("x-request-id").orElseThrow();
        assertThat(gateway.admin("/explain/" + id).path("chosen").asText()).isEqualTo(pods.address(1));
        assertThat(gateway.metric("sluice_served_elsewhere_total")).isPositive();
        await().untilAsserted(() -> assertThat(gateway.inFlight("pool")).isZero());
    }

    @Test
    void aPodThatOnlyEnvoyKnowsGetsNothing() {
        gateway.publishToPicker(only(0));
        gateway.publishToEnvoy(Manifests.onePool("FailClose", pods));
        try {
            for (int i = 0; i < 10; i++) {
                assertThat(gateway.http().post(PATH, BODY).statusCode()).isEqualTo(200);
            }
            assertThat(second.received()).isEmpty();
        } finally {
            gateway.publishToEnvoy(only(0));
        }
    }

    @Test
    void aPoolWithoutReadyPodsAnswers503AndSaysWhenToTryAgain() {
        gateway.publishToPicker(Manifests.pool("pool", "FailClose", pods.port()));

        HttpResponse<String> response = gateway.http().post(PATH, BODY);

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("retry-after")).isPresent();
        assertThat(response.body()).contains("no ready endpoint");
        assertThat(first.received()).isEmpty();
    }

    @Test
    void aPoolThatThePickerHasNotHeardOfAnswers503() {
        gateway.publishToPicker(Manifests.gateway());

        assertThat(gateway.http().post(PATH, BODY).statusCode()).isEqualTo(503);
        assertThat(first.received()).isEmpty();
    }

    private static String only(int pod) {
        return Manifests.onePool("FailClose", new Loopback(List.of(pods.hosts().get(pod)), pods.port()));
    }
}
