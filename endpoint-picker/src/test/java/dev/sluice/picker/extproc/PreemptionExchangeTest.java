package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.upstream.LlmdObjective;
import dev.sluice.api.v1alpha1.InferencePriorityClass;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.grpc.Status;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What Envoy is told of a request that has to give way, over real gRPC. The only pod is busy with its prompt, as
/// predicted, until another is in its place.
class PreemptionExchangeTest {
    private static final String LONG = "many words ".repeat(17_000);
    private static final String ROLE = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n";
    private PickerFixture fixture;

    @BeforeEach
    void start() throws IOException, GeneralSecurityException {
        fixture = new PickerFixture(1, Duration.ofSeconds(30), Duration.ofSeconds(5));
        fixture.picker()
                .publish(PickerFixture.resources(
                        1,
                        List.of(
                                Serialization.unmarshal(
                                        "metadata: {name: interactive}\n"
                                                + "spec: {value: 100, preemptionPolicy: PreemptLowerPriority}",
                                        InferencePriorityClass.class),
                                objective("interactive", 100),
                                objective("batch", -10))));
    }

    private static LlmdObjective objective(String name, int priority) {
        return Serialization.unmarshal(
                "metadata: {name: %s, namespace: ml}\nspec: {priority: %d, poolRef: {name: llama}}"
                        .formatted(name, priority),
                LlmdObjective.class);
    }

    @AfterEach
    void stop() throws InterruptedException {
        fixture.close();
    }

    private static EnvoyStream ask(EnvoyStream envoy, String objective, String model, String prompt) {
        return envoy.requestHeaders(
                        false,
                        ":method",
                        "POST",
                        ":path",
                        "/v1/chat/completions",
                        "content-type",
                        "application/json",
                        "x-request-id",
                        objective,
                        "x-llm-d-inference-objective",
                        objective)
                .requestBody(
                        "{\"model\":\"%s\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                                .formatted(model, prompt),
                        true);
    }

    /// Batch work that is at the pod.
    private EnvoyStream batch(String model, BodySendMode response) throws InterruptedException {
        EnvoyStream envoy = fixture.stream().modes(BodySendMode.FULL_DUPLEX_STREAMED, response);
        ask(envoy, "batch", model, LONG);
        assertThat(EnvoyStream.destination(envoy.answer())).startsWith("127.0.1.");
        envoy.requestBody();
        return envoy;
    }

    private EnvoyStream batch() throws InterruptedException {
        return batch("plain", BodySendMode.FULL_DUPLEX_STREAMED);
    }

    /// Another comes, and gets the place.
    private void preempt() throws InterruptedException {
        try (EnvoyStream envoy = ask(fixture.stream(), "interactive", "plain", "hello")) {
            assertThat(EnvoyStream.destination(envoy.answer())).startsWith("127.0.1.");
        }
        fixture.awaitMeter(1, "sluice_requests_total", "outcome=\"preempted\"");
    }

    private static void assertPreempted(ImmediateResponse refusal) {
        assertThat(refusal.getStatus().getCodeValue()).isEqualTo(429);
        assertThat(refusal.getDetails()).isEqualTo("sluice_preempted");
        assertThat(EnvoyStream.set(refusal.getHeaders()))
                .containsEntry("content-type", "application/json")
                .containsEntry("x-llm-d-request-dropped-reason", "evicted-priority")
                .containsEntry("retry-after", "1");
        assertThat(refusal.getBody().toStringUtf8())
                .startsWith("{\"error\":{")
                .contains("\"reason\":\"evicted-priority\"", "\"retry_after_seconds\":1");
    }

    @Test
    void beforeTheResponseItIsRefused() throws Exception {
        try (EnvoyStream envoy = batch()) {
            preempt();
            assertPreempted(envoy.refusal());
            assertThat(envoy.end()).isEqualTo(Status.OK);
        }
    }

    @Test
    void theHeadersOfAStreamWaitForItsFirstPieceSoThatItCanStillBeRefused() throws Exception {
        try (EnvoyStream envoy = batch()) {
            envoy.responseHeaders(false, ":status", "200", "content-type", "text/event-stream");
            envoy.noAnswerYet();
            preempt();
            assertPreempted(envoy.refusal());
        }
    }

    @Test
    void aStreamThatHasBegunEndsWithAnEvent() throws Exception {
        try (EnvoyStream envoy = batch()) {
            envoy.responseHeaders(false, ":status", "200", "content-type", "text/event-stream")
                    .responseBody(ROLE, false);
            assertThat(envoy.answer().hasResponseHeaders()).isTrue();
            assertThat(envoy.responsePiece().getBody().toStringUtf8()).isEqualTo(ROLE);
            preempt();
            StreamedBodyResponse last = envoy.responsePiece();
            assertThat(last.getEndOfStream()).isTrue();
            assertThat(last.getBody().toStringUtf8())
                    .startsWith("data: {\"error\":{")
                    .endsWith("}}\n\n");
        }
    }

    @Test
    void anEventThatWasCutIsEndedFirst() throws Exception {
        try (EnvoyStream envoy = batch("chat", BodySendMode.FULL_DUPLEX_STREAMED)) {
            envoy.responseHeaders(false, ":status", "200", "content-type", "text/event-stream")
                    .responseBody(ROLE + "data: {\"model\":\"llama-", false);
            assertThat(envoy.answer().hasResponseHeaders()).isTrue();
            String begun = envoy.responsePiece().getBody().toStringUtf8();
            preempt();
            String all = begun + envoy.responsePiece().getBody().toStringUtf8();
            assertThat(all).startsWith(ROLE + "data: {\"model\":\"llama-\n\ndata: {\"error\":{");
        }
    }

    @Test
    void aBodyThatIsNoStreamOfEventsIsReset() throws Exception {
        try (EnvoyStream envoy = batch()) {
            envoy.responseHeaders(false, ":status", "200", "content-type", "application/json")
                    .responseBody("{\"id\":", false);
            assertThat(envoy.answer().hasResponseHeaders()).isTrue();
            envoy.responsePiece();
            preempt();
            assertPreempted(envoy.refusal());
        }
    }

    @Test
    void aBodyThatDoesNotPassIsReset() throws Exception {
        try (EnvoyStream envoy = batch("plain", BodySendMode.NONE)) {
            envoy.responseHeaders(false, ":status", "200", "content-type", "text/event-stream");
            assertThat(envoy.answer().hasResponseHeaders()).isTrue();
            preempt();
            assertPreempted(envoy.refusal());
        }
    }
}
