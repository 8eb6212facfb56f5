package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Token counts that the picker asks engines for, and keeps from clients that did not.
class UsageExchangeTest {
    private static final String CHAT =
            "{\"model\":\"chat\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    private static final String ASKING = "\"stream_options\":{\"include_usage\":true},";
    private static final String DELTA = "data: {\"model\":\"%s\",\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n";
    private static final String COUNTS =
            "data: {\"model\":\"%s\",\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":5}}\n\n";
    private static final String DONE = "data: [DONE]\n\n";
    private static final String SERVED = "llama-3.1-8b";

    private PickerFixture fixture;

    @BeforeEach
    void start() throws IOException, GeneralSecurityException {
        fixture = PickerFixture.serving();
        fixture.picker().publish(PickerFixture.resources(3, List.of(policy())));
    }

    @AfterEach
    void stop() throws InterruptedException {
        fixture.close();
    }

    private static InferencePoolPolicy policy() {
        return Serialization.unmarshal("""
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferencePoolPolicy
                metadata: {name: llama, namespace: ml, creationTimestamp: "2026-11-01T00:00:00Z"}
                spec: {targetRefs: [{name: llama}], requestUsage: true}
                """, InferencePoolPolicy.class);
    }

    /// The body that goes on, whose length is what the headers say.
    private static String forwarded(EnvoyStream envoy, String body) throws InterruptedException {
        envoy.requestBody(body.substring(0, 9), false).requestBody(body.substring(9), true);
        String length = EnvoyStream.set(
                        envoy.answer().getRequestHeaders().getResponse().getHeaderMutation())
                .get("content-length");
        String sent = envoy.requestBody();
        assertThat(length).isEqualTo(Integer.toString(sent.length()));
        return sent;
    }

    private static void streamHeaders(EnvoyStream envoy) throws InterruptedException {
        envoy.responseHeaders(false, ":status", "200", "content-type", "text/event-stream")
                .answer();
    }

    @Test
    void theEngineIsAskedAndTheClientDoesNotSee() throws Exception {
        try (EnvoyStream envoy = fixture.stream().chat("r1")) {
            assertThat(forwarded(envoy, CHAT))
                    .isEqualTo("{" + ASKING + CHAT.substring(1).replace("chat", SERVED));
            streamHeaders(envoy);
            envoy.responseBody(DELTA.formatted(SERVED), false);
            assertThat(envoy.responsePiece().getBody().toStringUtf8()).isEqualTo(DELTA.formatted("chat"));
            String counts = COUNTS.formatted(SERVED);
            envoy.responseBody(counts.substring(0, 50), false).responseBody(counts.substring(50), false);
            envoy.noAnswerYet();
            envoy.responseBody(DONE, true);
            StreamedBodyResponse last = envoy.responsePiece();
            assertThat(last.getBody().toStringUtf8()).isEqualTo(DONE);
            assertThat(last.getEndOfStream()).isTrue();
        }
        fixture.awaitMeter(1, "sluice_requests_total", "outcome=\"completed\"");
        assertThat(fixture.meter("sluice_output_tokens_total", "model=\"chat\""))
                .isEqualTo(5);
        assertThat(fixture.meter("sluice_prompt_tokens_total", "model=\"chat\""))
                .isEqualTo(11);
    }

    @Test
    void aStreamThatEndsWithTheCountsEndsInOrder() throws Exception {
        try (EnvoyStream envoy = fixture.stream().chat("r1")) {
            String plain = CHAT.replace("\"chat\"", "\"plain\"");
            assertThat(forwarded(envoy, plain)).isEqualTo("{" + ASKING + plain.substring(1));
            streamHeaders(envoy);
            envoy.responseBody(DELTA, false).responsePiece();
            envoy.responseBody(COUNTS, true);
            StreamedBodyResponse last = envoy.responsePiece();
            assertThat(last.getBody().isEmpty()).isTrue();
            assertThat(last.getEndOfStream()).isTrue();
        }
        fixture.awaitMeter(1, "sluice_requests_total", "outcome=\"completed\"");
    }

    @Test
    void aClientThatAsksItselfGetsItsCounts() throws Exception {
        try (EnvoyStream envoy = fixture.stream().chat("r1")) {
            String asking = "{" + ASKING + CHAT.substring(1);
            assertThat(forwarded(envoy, asking)).isEqualTo(asking.replace("chat", SERVED));
            streamHeaders(envoy);
            envoy.responseBody(DELTA.formatted(SERVED) + COUNTS.formatted(SERVED) + DONE, true);
            assertThat(envoy.responsePiece().getBody().toStringUtf8())
                    .isEqualTo(DELTA.formatted("chat") + COUNTS.formatted("chat") + DONE);
        }
    }

    @Test
    void anAnswerThatIsCompressedPassesWhole() throws Exception {
        try (EnvoyStream envoy = fixture.stream().chat("r1")) {
            assertThat(forwarded(envoy, CHAT)).contains(ASKING);
            envoy.responseHeaders(
                            false, ":status", "200", "content-type", "text/event-stream", "content-encoding", "gzip")
                    .answer();
            envoy.responseBody(DELTA + COUNTS + DONE, true);
            assertThat(envoy.responsePiece().getBody().toStringUtf8()).isEqualTo(DELTA + COUNTS + DONE);
        }
    }

    @Test
    void nothingIsAskedForAnAnswerThatIsNoStream() throws Exception {
        try (EnvoyStream envoy = fixture.stream().chat("r1")) {
            String whole = CHAT.replace("true", "false");
            assertThat(forwarded(envoy, whole)).isEqualTo(whole.replace("chat", SERVED));
        }
    }

    @Test
    void nothingIsAskedWhereTheAnswerDoesNotPass() throws Exception {
        for (BodySendMode mode : List.of(BodySendMode.NONE, BodySendMode.STREAMED, BodySendMode.BUFFERED)) {
            try (EnvoyStream envoy = fixture.stream().modes(BodySendMode.FULL_DUPLEX_STREAMED, mode)) {
                assertThat(forwarded(envoy.chat("r1"), CHAT)).isEqualTo(CHAT.replace("chat", SERVED));
            }
        }
    }

    @Test
    void nothingIsAskedOfOtherApis() throws Exception {
        try (EnvoyStream envoy = fixture.stream()
                .requestHeaders(
                        false, ":method", "POST", ":path", "/v1/messages", "content-type", "application/json")) {
            assertThat(forwarded(envoy, CHAT)).isEqualTo(CHAT.replace("chat", SERVED));
        }
    }

    @Test
    void nothingIsAskedUnlessThePolicySaysSo() throws Exception {
        fixture.picker().publish(PickerFixture.resources(3));
        try (EnvoyStream envoy = fixture.stream().chat("r1")) {
            assertThat(forwarded(envoy, CHAT)).isEqualTo(CHAT.replace("chat", SERVED));
        }
    }

    @Test
    void aBufferedRequestAsksToo() throws Exception {
        try (EnvoyStream envoy = fixture.stream().modes(BodySendMode.BUFFERED, BodySendMode.FULL_DUPLEX_STREAMED)) {
            envoy.chat("r1").answer();
            envoy.requestBody(CHAT, true);
            assertThat(envoy.answer()
                            .getRequestBody()
                            .getResponse()
                            .getBodyMutation()
                            .getBody()
                            .toStringUtf8())
                    .startsWith("{" + ASKING);
        }
    }
}
