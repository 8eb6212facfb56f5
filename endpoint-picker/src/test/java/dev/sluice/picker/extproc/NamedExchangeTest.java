package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Wherever a body or a form names a model, the name is resolved: whether it has a price is another question.
class NamedExchangeTest {
    private static final String JSON = "application/json";
    private static final String FORM = "multipart/form-data; boundary=edge";

    private PickerFixture fixture;

    /// A request that names the model MODEL.
    record Naming(String path, String contentType, String body, boolean priced) {
        String naming(String model) {
            return body.replace("MODEL", model);
        }

        EnvoyStream post(EnvoyStream envoy, String model) {
            return envoy.requestHeaders(
                            false, ":method", "POST", ":path", path, "content-type", contentType, "x-request-id", "r")
                    .requestBody(naming(model), true);
        }

        @Override
        public String toString() {
            return path;
        }
    }

    static List<Naming> requests() {
        return List.of(
                json("/v1/embeddings", "\"input\":\"text\"", true),
                json("/pooling", "\"input\":\"text\"", true),
                json("/classify", "\"input\":[\"text\"]", true),
                json("/v1/moderations", "\"input\":[\"text\"]", true),
                json("/rerank", "\"query\":\"q\",\"documents\":[\"text\",{\"text\":\"more\"}]", true),
                json("/v1/rerank", "\"query\":\"q\",\"documents\":[\"text\"]", true),
                json("/v2/rerank", "\"query\":\"q\",\"documents\":[\"text\"]", true),
                json("/v1/score", "\"text_1\":\"q\",\"text_2\":[\"text\"]", true),
                json("/score", "\"text_1\":\"q\",\"text_2\":\"text\"", true),
                json("/v1/messages/count_tokens", "\"messages\":[]", false),
                json("/v1/responses/input_tokens", "\"input\":\"text\"", false),
                json("/tokenize", "\"prompt\":\"text\"", false),
                json("/detokenize", "\"tokens\":[1]", false),
                json("/v1/audio/speech", "\"input\":\"text\"", false),
                json("/v1/images/generations", "\"prompt\":\"a cat\"", false),
                form("/v1/images/edits"),
                form("/v1/images/variations"),
                form("/v1/audio/transcriptions"),
                form("/v1/audio/translations"));
    }

    private static Naming json(String path, String rest, boolean priced) {
        return new Naming(path, JSON, "{" + rest + ",\"model\":\"MODEL\"}", priced);
    }

    private static Naming form(String path) {
        return new Naming(path, FORM, """
                --edge
                Content-Disposition: form-data; name="file"; filename="a"

                0123456789
                --edge
                Content-Disposition: form-data; name="model"

                MODEL
                --edge--
                """.replace("\n", "\r\n"), false);
    }

    @BeforeEach
    void start() throws Exception {
        fixture = PickerFixture.serving();
    }

    @AfterEach
    void stop() throws InterruptedException {
        fixture.close();
    }

    @ParameterizedTest
    @MethodSource("requests")
    void modelGoesOnUnderItsServedNameAndComesBackUnderTheClients(Naming request) throws Exception {
        try (EnvoyStream envoy = request.post(fixture.stream(), "chat")) {
            ProcessingResponse answer = envoy.answer();
            assertThat(EnvoyStream.destination(answer)).startsWith("127.0.1.");
            String expected = request.naming("llama-3.1-8b");
            assertThat(EnvoyStream.set(answer.getRequestHeaders().getResponse().getHeaderMutation()))
                    .containsEntry("content-length", Integer.toString(expected.length()));
            assertThat(envoy.requestBody()).isEqualTo(expected);
            envoy.responseHeaders(false, ":status", "200", "content-type", JSON);
            assertThat(envoy.answer().hasResponseHeaders()).isTrue();
            envoy.responseBody("{\"model\":\"llama-3.1-8b\"}", true);
            assertThat(envoy.responsePiece().getBody().toStringUtf8()).isEqualTo("{\"model\":\"chat\"}");
        }
        fixture.awaitMeter(1, "sluice_requests_total", "model=\"chat\"", "outcome=\"completed\"");
        assertThat(fixture.meter("sluice_unpriced_picks_total", "reason=\"api\""))
                .isEqualTo(request.priced() ? 0 : 1);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void unpublishedNameIsRefused(Naming request) throws Exception {
        try (EnvoyStream envoy = request.post(fixture.stream(), "gpt-5")) {
            ImmediateResponse refusal = envoy.refusal();
            assertThat(refusal.getStatus().getCodeValue()).isEqualTo(404);
            assertThat(refusal.getBody().toStringUtf8()).contains("published models: chat, plain");
        }
    }

    @ParameterizedTest
    @MethodSource("requests")
    void requestIsMovedToThePoolThatPublishesTheName(Naming request) throws Exception {
        try (EnvoyStream envoy = request.post(EnvoyStream.forRoute(fixture.channel(), "ml/open", "ml/llama"), "chat")) {
            ProcessingResponse answer = envoy.answer();
            assertThat(EnvoyStream.set(answer.getRequestHeaders().getResponse().getHeaderMutation()))
                    .containsEntry("x-sluice-pool", "ml/llama");
            assertThat(envoy.requestBody()).isEqualTo(request.naming("llama-3.1-8b"));
        }
    }

    @ParameterizedTest
    @MethodSource("requests")
    void rewriteAppliesToo(Naming request) throws Exception {
        try (EnvoyStream envoy = request.post(EnvoyStream.forPool(fixture.channel(), "ml/open"), "old")) {
            assertThat(EnvoyStream.destination(envoy.answer())).isEqualTo("127.0.2.1:1");
            assertThat(envoy.requestBody()).isEqualTo(request.naming("new"));
        }
    }

    /// Engines have a model for these requests.
    @Test
    void requestThatNeedsNoModelMayNameNone() throws Exception {
        for (Naming request : List.of(
                new Naming("/v1/rerank", JSON, "{\"query\":\"q\"}", false),
                new Naming("/tokenize", JSON, "{\"prompt\":\"q\"}", false),
                new Naming("/v1/audio/transcriptions", FORM, "--edge--\r\n", false))) {
            try (EnvoyStream envoy = request.post(fixture.stream(), "")) {
                assertThat(EnvoyStream.destination(envoy.answer())).startsWith("127.0.1.");
                assertThat(envoy.requestBody()).isEqualTo(request.body());
            }
        }
    }

    @Test
    void formOfAPoolThatPassesNamesThroughIsNotHeld() throws Exception {
        try (EnvoyStream envoy = EnvoyStream.forPool(fixture.channel(), "ml/empty")
                .requestHeaders(false, ":method", "POST", ":path", "/v1/audio/transcriptions", "content-type", FORM)) {
            assertThat(envoy.refusal().getDetails()).isEqualTo("sluice_no_endpoints");
        }
    }
}
