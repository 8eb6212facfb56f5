package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.extproc.message.Headers;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.grpc.Status;
import java.io.IOException;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The response's half of the exchange with Envoy, and how exchanges end, over real gRPC.
class ResponseExchangeTest {
    private static final String CHAT = "{\"model\":\"chat\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    private static final String PLAIN = CHAT.replace("\"chat\"", "\"plain\"");
    private static final String USAGE =
            "\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":3}}";
    private PickerFixture fixture;

    @BeforeEach
    void start() throws IOException, GeneralSecurityException {
        fixture = PickerFixture.serving();
    }

    @AfterEach
    void stop() throws InterruptedException {
        fixture.close();
    }

    /// A stream whose request was placed; its answers up to there are read.
    private EnvoyStream placed(String body) throws InterruptedException {
        EnvoyStream envoy = fixture.stream().chat("r1").requestBody(body, true);
        assertThat(EnvoyStream.destination(envoy.answer())).startsWith("127.0.1.");
        assertThat(envoy.requestBody()).startsWith("{");
        return envoy;
    }

    private static CommonResponse headersAnswer(EnvoyStream envoy) throws InterruptedException {
        return envoy.answer().getResponseHeaders().getResponse();
    }

    private void awaitOneEnd(String outcome) {
        fixture.awaitMeter(1, "sluice_requests_total", "outcome=\"" + outcome + "\"");
        assertThat(fixture.meter("sluice_requests_total")).isEqualTo(1);
        assertThat(fixture.meter("sluice_requests_in_flight")).isZero();
        assertThat(fixture.page("/pools")).doesNotContain("\"inFlight\" : 1");
    }

    @Test
    void aJsonAnswerPassesAndItsUsageIsCounted() throws Exception {
        try (EnvoyStream envoy = placed(PLAIN)) {
            fixture.awaitMeter(1, "sluice_requests_in_flight");
            envoy.responseHeaders(false, ":status", "200", "content-type", "application/json", "content-length", "99");
            assertThat(headersAnswer(envoy)).isEqualTo(CommonResponse.getDefaultInstance());
            String body = "{\"model\":\"plain\",\"choices\":[{\"message\":{\"content\":\"hi\"}}]," + USAGE + "}";
            envoy.responseBody(body.substring(0, 30), false);
            assertThat(envoy.responsePiece().getBody().toStringUtf8()).isEqualTo(body.substring(0, 30));
            envoy.responseBody(body.substring(30), true);
            StreamedBodyResponse last = envoy.responsePiece();
            assertThat(last.getBody().toStringUtf8()).isEqualTo(body.substring(30));
            assertThat(last.getEndOfStream()).isTrue();
            envoy.halfClose();
            assertThat(envoy.end()).isEqualTo(Status.OK);
        }
        awaitOneEnd("completed");
        assertThat(fixture.meter("sluice_prompt_tokens_total", "model=\"plain\""))
                .isEqualTo(11);
        assertThat(fixture.meter("sluice_output_tokens_total", "model=\"plain\""))
                .isEqualTo(5);
        assertThat(fixture.meter("sluice_cached_tokens_total", "model=\"plain\""))
                .isEqualTo(3);
        assertThat(fixture.meter("sluice_request_duration_seconds_count", "model=\"plain\""))
                .isEqualTo(1);
    }

    @Test
    void streamedChunksPassAtOnceUnderTheClientsModelName() throws Exception {
        try (EnvoyStream envoy = placed(CHAT)) {
            envoy.responseHeaders(false, ":status", "200", "content-type", "text/event-stream");
            headersAnswer(envoy);
            String delta = "data: {\"model\":\"llama-3.1-8b\",\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n";
            for (int i = 0; i < 3; i++) {
                envoy.responseBody(delta, false);
                assertThat(envoy.responsePiece().getBody().toStringUtf8())
                        .isEqualTo(delta.replace("llama-3.1-8b", "chat"));
            }
            fixture.awaitMeter(1, "sluice_time_to_first_token_seconds_count", "model=\"chat\"");
            envoy.responseBody(
                    "data: {\"model\":\"llama-3.1-8b\",\"choices\":[]," + USAGE + "}\n\ndata: [DONE]\n\n", true);
            StreamedBodyResponse last = envoy.responsePiece();
            assertThat(last.getBody().toStringUtf8())
                    .contains("\"model\":\"chat\"")
                    .endsWith("data: [DONE]\n\n");
            assertThat(last.getEndOfStream()).isTrue();
        }
        awaitOneEnd("completed");
        assertThat(fixture.meter("sluice_output_tokens_total", "model=\"chat\""))
                .isEqualTo(5);
        assertThat(fixture.meter("sluice_time_to_first_token_seconds_count")).isEqualTo(1);
    }

    @Test
    void aStreamThatTellsOfAnErrorIsNotCompleted() throws Exception {
        try (EnvoyStream envoy = placed(CHAT)) {
            envoy.responseHeaders(false, ":status", "200", "content-type", "text/event-stream");
            headersAnswer(envoy);
            envoy.responseBody("data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n", false);
            envoy.responsePiece();
            envoy.responseBody("data: {\"error\":{\"message\":\"out of memory\"}}\n\ndata: [DONE]\n\n", true);
            envoy.responsePiece();
        }
        awaitOneEnd("engine_error_in_stream");
    }

    @Test
    void anErrorNamesTheModelAsTheClientDid() throws Exception {
        String error =
                "{\"error\":{\"message\":\"The model `%1$s` does not exist. Valid aliases: llama-3.1-8b-it, %1$s.\","
                        + "\"model\":\"%1$s\"}}";
        try (EnvoyStream envoy = placed(CHAT)) {
            envoy.responseHeaders(false, ":status", "404", "content-type", "application/json");
            headersAnswer(envoy);
            envoy.responseBody(error.formatted("llama-3.1-8b"), true);
            assertThat(envoy.responsePiece().getBody().toStringUtf8()).isEqualTo(error.formatted("chat"));
        }
        awaitOneEnd("engine_error");
    }

    @Test
    void aRenamedAnswerLosesItsDeclaredLength() throws Exception {
        try (EnvoyStream envoy = placed(CHAT)) {
            envoy.responseHeaders(false, ":status", "200", "content-type", "application/json", "content-length", "40");
            assertThat(headersAnswer(envoy).getHeaderMutation().getRemoveHeadersList())
                    .containsExactly("content-length");
            envoy.responseBody("{\"model\":\"llama-3.1-8b\",\"choices\":[]}", true);
            assertThat(envoy.responsePiece().getBody().toStringUtf8()).isEqualTo("{\"model\":\"chat\",\"choices\":[]}");
        }
        awaitOneEnd("completed");
    }

    @Test
    void anEncodedAnswerPassesUntouched() throws Exception {
        try (EnvoyStream envoy = placed(CHAT)) {
            envoy.responseHeaders(
                    false, ":status", "200", "content-type", "application/json", "content-encoding", "gzip");
            assertThat(headersAnswer(envoy)).isEqualTo(CommonResponse.getDefaultInstance());
            envoy.responseBody("\u001f{\"model\":\"llama-3.1-8b\"}", true);
            assertThat(envoy.responsePiece().getBody().toStringUtf8()).contains("llama-3.1-8b");
        }
        awaitOneEnd("completed");
    }

    @Test
    void trailersEndAnAnswerToo() throws Exception {
        try (EnvoyStream envoy = placed(PLAIN)) {
            envoy.responseHeaders(false, ":status", "200", "content-type", "application/json");
            headersAnswer(envoy);
            envoy.responseBody("{" + USAGE + "}", false);
            envoy.responsePiece();
            envoy.responseTrailers();
            assertThat(envoy.answer().hasResponseTrailers()).isTrue();
        }
        awaitOneEnd("completed");
        assertThat(fixture.meter("sluice_output_tokens_total")).isEqualTo(5);
    }

    @Test
    void modesThatDoNotStreamTheAnswerGetItUnchanged() throws Exception {
        try (EnvoyStream envoy = fixture.stream().modes(BodySendMode.BUFFERED, BodySendMode.STREAMED)) {
            envoy.chat("r1");
            envoy.answer();
            envoy.requestBody(PLAIN, true);
            envoy.answer();
            envoy.responseHeaders(false, ":status", "200", "content-type", "application/json");
            headersAnswer(envoy);
            envoy.responseBody("{" + USAGE + "}", true);
            assertThat(envoy.answer().getResponseBody().getResponse()).isEqualTo(CommonResponse.getDefaultInstance());
        }
        awaitOneEnd("completed");
        assertThat(fixture.meter("sluice_output_tokens_total")).isEqualTo(5);
    }

    @Test
    void headersAloneAreEnoughWhereTheBodyDoesNotPass() throws Exception {
        try (EnvoyStream envoy = fixture.stream().modes(BodySendMode.FULL_DUPLEX_STREAMED, BodySendMode.NONE)) {
            envoy.chat("r1").requestBody(PLAIN, true);
            envoy.answer();
            envoy.requestBody();
            envoy.responseHeaders(false, ":status", "200", "content-type", "application/json");
            headersAnswer(envoy);
            fixture.awaitMeter(1, "sluice_requests_in_flight");
            envoy.halfClose();
            assertThat(envoy.end()).isEqualTo(Status.OK);
        }
        awaitOneEnd("completed");
    }

    @Test
    void anErrorOfTheEngineIsOneOutcome() throws Exception {
        try (EnvoyStream envoy = placed(PLAIN)) {
            envoy.responseHeaders(true, ":status", "503");
            headersAnswer(envoy);
        }
        awaitOneEnd("engine_error");
    }

    @Test
    void workMovesToTheEndpointThatServed() throws Exception {
        try (EnvoyStream envoy = placed(PLAIN)) {
            String picked = fixture.page("/explain/r1").replaceAll("(?s).*\"chosen\" : \"([^\"]*)\".*", "$1");
            String other = picked.equals("127.0.1.1:1") ? "127.0.1.2:1" : "127.0.1.1:1";
            envoy.metadata("envoy.lb", Headers.SERVED, EnvoyStream.text(other))
                    .responseHeaders(false, ":status", "200", "content-type", "application/json");
            headersAnswer(envoy);
            fixture.awaitMeter(1, "sluice_served_elsewhere_total", "pool=\"ml/llama\"");
            assertThat(fixture.page("/pools"))
                    .containsPattern("\"" + other + "\"[^}]*\"inFlight\" : 1")
                    .containsPattern("\"" + picked + "\"[^}]*\"inFlight\" : 0");
        }
        awaitOneEnd("cancelled");
    }

    @Test
    void anEndpointThatNobodyKnowsMayServeToo() throws Exception {
        try (EnvoyStream envoy = placed(PLAIN)) {
            envoy.metadata("envoy.lb", Headers.SERVED, EnvoyStream.text("127.0.9.9:1"))
                    .responseHeaders(true, ":status", "200");
            headersAnswer(envoy);
        }
        awaitOneEnd("completed");
        assertThat(fixture.meter("sluice_served_elsewhere_total")).isEqualTo(1);
    }

    @Test
    void aClientThatGoesAwayReleasesEverythingAtOnce() throws Exception {
        try (EnvoyStream envoy = placed(PLAIN)) {
            fixture.awaitMeter(1, "sluice_requests_in_flight");
            envoy.cancel();
            awaitOneEnd("cancelled");
        }
    }

    @Test
    void aClientThatGoesAwayWhileItsBodyComesIsOneOutcome() throws Exception {
        try (EnvoyStream envoy = fixture.stream().chat("r1").requestBody("{\"model\":", false)) {
            envoy.noAnswerYet();
            envoy.cancel();
            awaitOneEnd("cancelled");
        }
    }

    @Test
    void anAnswerThatBreaksOffIsNotCompleted() throws Exception {
        try (EnvoyStream envoy = placed(PLAIN)) {
            envoy.responseHeaders(false, ":status", "200", "content-type", "text/event-stream");
            headersAnswer(envoy);
            envoy.responseBody("data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n", false);
            envoy.responsePiece();
            envoy.halfClose();
            assertThat(envoy.end()).isEqualTo(Status.OK);
        }
        awaitOneEnd("cancelled");
    }

    @Test
    void nothingLeaksWhateverComesAfterTheEnd() throws Exception {
        for (int how = 0; how < 3; how++) {
            try (EnvoyStream envoy = placed(PLAIN)) {
                envoy.responseHeaders(false, ":status", "200", "content-type", "application/json");
                headersAnswer(envoy);
                envoy.responseBody("{}", true);
                envoy.responsePiece();
                switch (how) {
                    case 0 -> envoy.halfClose();
                    case 1 -> envoy.cancel();
                    default -> envoy.responseTrailers().halfClose();
                }
                envoy.end();
            }
        }
        fixture.awaitMeter(3, "sluice_requests_total", "outcome=\"completed\"");
        assertThat(fixture.meter("sluice_requests_total")).isEqualTo(3);
        assertThat(fixture.meter("sluice_requests_in_flight")).isZero();
    }
}
