package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ListValue;
import com.google.protobuf.Value;
import dev.sluice.picker.extproc.message.Headers;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.Status;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The request's half of the exchange with Envoy, over real gRPC.
class RequestExchangeTest {
    private static final String CHAT =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}],\"model\":\"chat\",\"stream\":true}";
    private static final String SERVED = CHAT.replace("\"chat\"", "\"llama-3.1-8b\"");
    private static final String ENDPOINT = "127\\.0\\.1\\.[123]:1";
    private PickerFixture fixture;

    @BeforeEach
    void start() throws IOException, GeneralSecurityException {
        fixture = PickerFixture.serving();
    }

    @AfterEach
    void stop() throws InterruptedException {
        fixture.close();
    }

    private static Map<String, String> headers(ProcessingResponse answer) {
        return EnvoyStream.set(answer.getRequestHeaders().getResponse().getHeaderMutation());
    }

    private static void assertRefused(ImmediateResponse refusal, int status, String message) {
        assertThat(refusal.getStatus().getCodeValue()).isEqualTo(status);
        assertThat(refusal.getBody().toStringUtf8())
                .startsWith("{\"error\":{\"message\":\"")
                .contains(message);
        assertThat(refusal.getDetails()).startsWith("sluice_");
    }

    @Test
    void answersABodyWithDestinationThenTheBodyUnderTheServedName() throws Exception {
        try (EnvoyStream envoy = fixture.stream()) {
            envoy.chat("r1");
            envoy.noAnswerYet();
            envoy.requestBody(CHAT, true);
            ProcessingResponse answer = envoy.answer();
            String destination = EnvoyStream.destination(answer);
            assertThat(destination).matches(ENDPOINT);
            assertThat(headers(answer))
                    .containsEntry("x-gateway-destination-endpoint", destination)
                    .containsEntry("content-length", Integer.toString(SERVED.length()))
                    .doesNotContainKey("x-request-id");
            assertThat(envoy.requestBody()).isEqualTo(SERVED);
            assertThat(fixture.page("/explain/r1")).contains(destination).contains("llama-3.1-8b");
        }
    }

    @Test
    void takesTheBodyInAnyChunks() throws Exception {
        for (int size = 1; size < 20; size += 3) {
            try (EnvoyStream envoy = fixture.stream()) {
                envoy.chat("r" + size);
                for (int at = 0; at < CHAT.length(); at += size) {
                    envoy.requestBody(CHAT.substring(at, Math.min(CHAT.length(), at + size)), false);
                }
                envoy.requestBody("", true);
                assertThat(EnvoyStream.destination(envoy.answer())).matches(ENDPOINT);
                assertThat(envoy.requestBody()).isEqualTo(SERVED);
            }
        }
    }

    @Test
    void sendsABigBodyOnInPiecesThatEnvoyTakes() throws Exception {
        String big = "{\"model\":\"chat\",\"prompt\":\"" + "x".repeat(150_000) + "\"}";
        try (EnvoyStream envoy = fixture.stream()) {
            envoy.requestHeaders(false, ":method", "POST", ":path", "/v1/completions")
                    .requestBody(big, true);
            assertThat(EnvoyStream.destination(envoy.answer())).matches(ENDPOINT);
            int largest = 0;
            StringBuilder body = new StringBuilder();
            boolean last = false;
            while (!last) {
                var piece = envoy.answer()
                        .getRequestBody()
                        .getResponse()
                        .getBodyMutation()
                        .getStreamedResponse();
                largest = Math.max(largest, piece.getBody().size());
                body.append(piece.getBody().toStringUtf8());
                last = piece.getEndOfStream();
            }
            assertThat(largest).isLessThan(64 * 1024);
            assertThat(body).hasToString(big.replace("\"chat\"", "\"llama-3.1-8b\""));
        }
    }

    @Test
    void trailersEndABodyToo() throws Exception {
        try (EnvoyStream envoy = fixture.stream()) {
            envoy.chat("r1").requestBody(CHAT, false).requestTrailers();
            assertThat(EnvoyStream.destination(envoy.answer())).matches(ENDPOINT);
            StringBuilder body = new StringBuilder();
            ProcessingResponse answer = envoy.answer();
            while (answer.hasRequestBody()) {
                var piece =
                        answer.getRequestBody().getResponse().getBodyMutation().getStreamedResponse();
                assertThat(piece.getEndOfStream()).isFalse();
                body.append(piece.getBody().toStringUtf8());
                answer = envoy.answer();
            }
            assertThat(body).hasToString(SERVED);
            assertThat(answer.hasRequestTrailers()).isTrue();
        }
    }

    @Test
    void aRequestWithoutAnIdGetsOneThatExplainsIt() throws Exception {
        try (EnvoyStream envoy = fixture.stream()) {
            envoy.requestHeaders(false, ":path", "/v1/chat/completions").requestBody(CHAT, true);
            String id = headers(envoy.answer()).get("x-request-id");
            assertThat(fixture.page("/explain/" + id)).contains("candidates");
        }
    }

    @Test
    void aBufferedBodyIsAnsweredInTheBodyResponse() throws Exception {
        try (EnvoyStream envoy = fixture.stream().modes(BodySendMode.BUFFERED, BodySendMode.STREAMED)) {
            envoy.chat("r1");
            assertThat(envoy.answer().getRequestHeaders().getResponse()).isEqualTo(CommonResponse.getDefaultInstance());
            envoy.requestBody(CHAT, true);
            ProcessingResponse answer = envoy.answer();
            CommonResponse body = answer.getRequestBody().getResponse();
            assertThat(EnvoyStream.set(body.getHeaderMutation()))
                    .containsEntry("x-gateway-destination-endpoint", EnvoyStream.destination(answer))
                    .containsEntry("content-length", Integer.toString(SERVED.length()));
            assertThat(body.getBodyMutation().getBody().toStringUtf8()).isEqualTo(SERVED);
        }
    }

    @Test
    void modesThatHideTheBodyGetAPickByLoadAndAMeter() throws Exception {
        for (BodySendMode mode : new BodySendMode[] {BodySendMode.STREAMED, BodySendMode.NONE}) {
            try (EnvoyStream envoy = fixture.stream().modes(mode, BodySendMode.NONE)) {
                envoy.chat("r-" + mode);
                ProcessingResponse answer = envoy.answer();
                assertThat(EnvoyStream.destination(answer)).matches(ENDPOINT);
                assertThat(headers(answer)).doesNotContainKey("content-length");
                if (mode == BodySendMode.STREAMED) {
                    envoy.requestBody(CHAT, true);
                    assertThat(envoy.answer().getRequestBody().getResponse())
                            .isEqualTo(CommonResponse.getDefaultInstance());
                }
            }
        }
        fixture.awaitMeter(2, "sluice_unpriced_picks_total", "reason=\"body_mode\"", "pool=\"ml/llama\"");
    }

    @Test
    void requestsWithoutABodyAndUnknownApisPassByLoadAlone() throws Exception {
        try (EnvoyStream envoy = fixture.stream()) {
            envoy.requestHeaders(true, ":method", "GET", ":path", "/v1/files", "x-request-id", "r1");
            assertThat(EnvoyStream.destination(envoy.answer())).matches(ENDPOINT);
        }
        try (EnvoyStream envoy = fixture.stream()) {
            envoy.requestHeaders(
                    false,
                    ":method",
                    "POST",
                    ":path",
                    "/v1/files",
                    "content-type",
                    "multipart/form-data; boundary=boundary");
            assertThat(EnvoyStream.destination(envoy.answer())).matches(ENDPOINT);
            envoy.requestBody("--boundary", false);
            assertThat(envoy.answer()
                            .getRequestBody()
                            .getResponse()
                            .getBodyMutation()
                            .getStreamedResponse()
                            .getBody()
                            .toStringUtf8())
                    .isEqualTo("--boundary");
            envoy.requestBody("", true);
            assertThat(envoy.requestBody()).isEmpty();
        }
        fixture.awaitMeter(1, "sluice_unpriced_picks_total", "reason=\"no_body\"");
        fixture.awaitMeter(1, "sluice_unpriced_picks_total", "reason=\"api\"");
    }

    @Test
    void theSubsetHintIsHonouredInAllItsForms() throws Exception {
        Value list = Value.newBuilder()
                .setListValue(ListValue.newBuilder().addValues(EnvoyStream.text("127.0.1.2:1")))
                .build();
        for (Value hint : new Value[] {
            list,
            EnvoyStream.text("127.0.1.2:1"),
            EnvoyStream.text("127.0.1.2"),
            EnvoyStream.text(" 127.0.9.9:1, 127.0.1.2:1 ")
        }) {
            try (EnvoyStream envoy = fixture.stream().metadata("envoy.lb.subset_hint", Headers.SUBSET, hint)) {
                envoy.chat("r1").requestBody(CHAT, true);
                assertThat(EnvoyStream.destination(envoy.answer())).isEqualTo("127.0.1.2:1");
            }
        }
    }

    @Test
    void aSubsetThatAdmitsNothingIs503() throws Exception {
        Value empty =
                Value.newBuilder().setListValue(ListValue.getDefaultInstance()).build();
        for (Value hint : new Value[] {empty, EnvoyStream.text(""), EnvoyStream.text("127.0.1.2:99")}) {
            try (EnvoyStream envoy = fixture.stream().metadata("envoy.lb.subset_hint", Headers.SUBSET, hint)) {
                envoy.chat("r1").requestBody(CHAT, true);
                assertRefused(envoy.refusal(), 503, "subset");
                assertThat(envoy.end()).isEqualTo(Status.OK);
            }
        }
        fixture.awaitMeter(3, "sluice_requests_total", "outcome=\"subset_empty\"");
    }

    @Test
    void hintsThatOnlyTheEngineMayUnderstandGoOnByteForByte() throws Exception {
        String hints = "{\"max_tokens\": 256.0, \"n\":1.0 ,\"stream\":\"no\",\"tools\":{\"x\":1e3},"
                + "\"stream_options\":[], \"messages\":[7],\"model\":\"plain\"}";
        try (EnvoyStream envoy = fixture.stream()) {
            envoy.chat("r1").requestBody(hints, true);
            assertThat(EnvoyStream.destination(envoy.answer())).matches(ENDPOINT);
            assertThat(envoy.requestBody()).isEqualTo(hints);
        }
    }

    @Test
    void badBodiesAre400AndSayWhatIsWrongAndWhere() throws Exception {
        Map<String, String> bad = Map.of(
                "not json", "(at byte 0)",
                "", "error unmarshaling request bodyMap",
                "{\"messages\":[]}", "model not found in request body",
                "{\"model\":7}", "model",
                "{\"model\":\"chat\",\"model\":\"plain\"}", "model",
                "{\"model\":\"chat\"", "(at byte ");
        for (Map.Entry<String, String> each : bad.entrySet()) {
            try (EnvoyStream envoy = fixture.stream()) {
                envoy.chat("r1").requestBody(each.getKey(), true);
                assertRefused(envoy.refusal(), 400, each.getValue());
                assertThat(envoy.end()).isEqualTo(Status.OK);
            }
        }
        fixture.awaitMeter(bad.size(), "sluice_requests_total", "outcome=\"bad_request\"");
    }

    @Test
    void anUnpublishedModelIs404AndNamesThePublished() throws Exception {
        try (EnvoyStream envoy = fixture.stream()) {
            envoy.chat("r1").requestBody(CHAT.replace("\"chat\"", "\"gpt-5\""), true);
            assertRefused(envoy.refusal(), 404, "published models: chat, plain");
        }
        fixture.awaitMeter(1, "sluice_requests_total", "outcome=\"unknown_model\"");
        assertThat(fixture.page("/metrics")).doesNotContain("gpt-5");
    }

    @Test
    void tooLongABodyIs413ByItsDeclaredLengthAndByItsBytes() throws Exception {
        try (EnvoyStream envoy = fixture.stream()) {
            envoy.requestHeaders(false, ":path", "/v1/completions", "content-length", "200001");
            assertRefused(envoy.refusal(), 413, "200000");
        }
        try (EnvoyStream envoy = fixture.stream()) {
            envoy.requestHeaders(false, ":path", "/v1/completions").requestBody("{\"prompt\":\"", false);
            for (int i = 0; i < 5; i++) {
                envoy.requestBody("x".repeat(50_000), false);
            }
            assertRefused(envoy.refusal(), 413, "200000");
            assertThat(envoy.end()).isEqualTo(Status.OK);
        }
        fixture.awaitMeter(2, "sluice_requests_total", "outcome=\"body_too_large\"");
    }

    @Test
    void aBodyThatTricklesIs408() throws Exception {
        try (PickerFixture impatient = new PickerFixture(1, Duration.ofMillis(200), Duration.ofSeconds(1))) {
            impatient.picker().publish(PickerFixture.resources(1));
            try (EnvoyStream envoy = impatient.stream()) {
                envoy.chat("r1").requestBody("{\"model\":", false);
                assertRefused(envoy.refusal(), 408, "did not arrive within");
                assertThat(envoy.end()).isEqualTo(Status.OK);
            }
            impatient.awaitMeter(1, "sluice_requests_total", "outcome=\"body_timeout\"");
        }
    }

    @Test
    void aPoolWithoutEndpointsIs503AndSaysWhenToComeBack() throws Exception {
        try (EnvoyStream envoy = EnvoyStream.forPool(fixture.channel(), "ml/empty")) {
            envoy.chat("r1").requestBody(CHAT, true);
            ImmediateResponse refusal = envoy.refusal();
            assertRefused(refusal, 503, "no ready endpoint");
            assertThat(EnvoyStream.set(refusal.getHeaders()))
                    .containsEntry("retry-after", "5")
                    .containsEntry("x-llm-d-request-dropped-reason", "rejected-no-endpoints");
        }
        fixture.awaitMeter(1, "sluice_requests_total", "outcome=\"no_endpoints\"", "pool=\"ml/empty\"");
    }

    @Test
    void theStreamsMetadataChoosesThePool() throws Exception {
        try (EnvoyStream envoy = EnvoyStream.forPool(fixture.channel(), "ml/open")) {
            envoy.chat("r1").requestBody(CHAT.replace("\"chat\"", "\"anything\""), true);
            assertThat(EnvoyStream.destination(envoy.answer())).isEqualTo("127.0.2.1:1");
        }
    }

    @Test
    void aPoolThatNobodyKnowsIs503() throws Exception {
        for (String pool : new String[] {"ml/gone", "no-namespace", "/", ""}) {
            try (EnvoyStream envoy = EnvoyStream.forPool(fixture.channel(), pool)) {
                envoy.chat("r1").requestBody(CHAT, true);
                assertRefused(envoy.refusal(), 503, "is not known");
                assertThat(envoy.end()).isEqualTo(Status.OK);
            }
        }
        fixture.awaitMeter(4, "sluice_requests_total", "outcome=\"unknown_pool\"");
    }

    @Test
    void namesFallbacksForProxiesThatWalkAList() throws Exception {
        try (PickerFixture ordered = new PickerFixture(3, Duration.ofSeconds(5), Duration.ofSeconds(1))) {
            ordered.picker().publish(PickerFixture.resources(4));
            try (EnvoyStream envoy = ordered.stream()) {
                envoy.chat("r1").requestBody(CHAT, true);
                assertThat(EnvoyStream.destination(envoy.answer()).split(",", -1))
                        .hasSize(3)
                        .doesNotHaveDuplicates()
                        .allMatch(each -> each.matches("127\\.0\\.1\\.[1-4]:1"));
            }
        }
    }

    @Test
    void aMessageOutOfOrderFailsTheStreamAndNotWithOk() throws Exception {
        try (EnvoyStream envoy = fixture.stream()) {
            envoy.requestBody(CHAT, true);
            assertThat(envoy.end().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        }
        fixture.awaitMeter(1, "sluice_requests_total", "outcome=\"internal\"");
    }
}
