package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `GET /v1/models`, which the picker answers itself where models are published.
class ModelListTest {
    private static final long CREATED = Instant.parse("2026-11-01T00:00:00Z").getEpochSecond();
    private PickerFixture fixture;

    @BeforeEach
    void start() throws IOException, GeneralSecurityException {
        fixture = PickerFixture.serving();
    }

    @AfterEach
    void stop() throws InterruptedException {
        fixture.close();
    }

    private static JsonNode answer(EnvoyStream envoy, String method, String path, int status) throws Exception {
        try (envoy) {
            ImmediateResponse answer =
                    envoy.requestHeaders(true, ":method", method, ":path", path).refusal();
            assertThat(answer.getStatus().getCodeValue()).isEqualTo(status);
            assertThat(EnvoyStream.set(answer.getHeaders())).containsEntry("content-type", "application/json");
            return new ObjectMapper().readTree(answer.getBody().toStringUtf8());
        }
    }

    private static JsonNode expected(String json) throws IOException {
        return new ObjectMapper().readTree(json.replace("CREATED", Long.toString(CREATED)));
    }

    @Test
    void listsWhatTheRoutePublishes() throws Exception {
        JsonNode list = expected("""
                {"object": "list", "data": [
                  {"id": "chat", "object": "model", "created": CREATED, "owned_by": "sluice"},
                  {"id": "plain", "object": "model", "created": CREATED, "owned_by": "sluice"}]}
                """);
        assertThat(answer(fixture.stream(), "GET", "/v1/models", 200)).isEqualTo(list);
        assertThat(answer(fixture.stream(), "HEAD", "/openai/v1/models?limit=20", 200))
                .isEqualTo(list);
        assertThat(answer(EnvoyStream.forRoute(fixture.channel(), "ml/open", "ml/llama"), "GET", "/v1/models", 200))
                .isEqualTo(list);
        fixture.awaitMeter(3, "sluice_requests_total", "outcome=\"completed\"");
    }

    @Test
    void showsOneOfThem() throws Exception {
        assertThat(answer(fixture.stream(), "GET", "/v1/models/ch%61t?x=/v1/models", 200))
                .isEqualTo(expected("""
                        {"id": "chat", "object": "model", "created": CREATED, "owned_by": "sluice"}
                        """));
        JsonNode error =
                answer(fixture.stream(), "GET", "/v1/models/meta/llama", 404).get("error");
        assertThat(error.get("code").asText()).isEqualTo("model_not_found");
        assertThat(error.get("message").asText()).contains("meta/llama");
    }

    @Test
    void malformedEscapeIsAModelThatDoesNotExist() throws Exception {
        for (String name : new String[] {"%zz", "100%", "%-1", "%"}) {
            JsonNode error =
                    answer(fixture.stream(), "GET", "/v1/models/" + name, 404).get("error");
            assertThat(error.get("code").asText()).isEqualTo("model_not_found");
            assertThat(error.get("message").asText()).contains("'" + name + "'");
        }
        fixture.awaitMeter(4, "sluice_requests_total", "outcome=\"unknown_model\"");
    }

    @Test
    void malformedEscapePassesWherePoolsAnswerThemselves() throws Exception {
        try (EnvoyStream envoy = EnvoyStream.forPool(fixture.channel(), "ml/open")) {
            envoy.requestHeaders(true, ":method", "GET", ":path", "/v1/models/%zz");
            assertThat(EnvoyStream.destination(envoy.answer())).startsWith("127.0.2.");
        }
    }

    @Test
    void whatIsNoSuchQuestionGoesToAServer() throws Exception {
        for (String path : new String[] {"/v1/modelsx", "/v1", "/"}) {
            try (EnvoyStream envoy = fixture.stream()) {
                envoy.requestHeaders(true, ":method", "GET", ":path", path);
                assertThat(EnvoyStream.destination(envoy.answer())).startsWith("127.0.1.");
            }
        }
        try (EnvoyStream envoy = fixture.stream()) {
            envoy.requestHeaders(false, ":method", "POST", ":path", "/v1/models");
            assertThat(EnvoyStream.destination(envoy.answer())).startsWith("127.0.1.");
        }
        try (EnvoyStream envoy = EnvoyStream.forPool(fixture.channel(), "ml/open")) {
            envoy.requestHeaders(true, ":method", "GET", ":path", "/v1/models");
            assertThat(EnvoyStream.destination(envoy.answer())).startsWith("127.0.2.");
        }
    }
}
