package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.picker.extproc.message.Refusals;
import dev.sluice.picker.payload.reply.ErrorFormat;
import dev.sluice.picker.request.Outcome;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Each client reads the picker's own errors in the form of the API that it calls.
class ErrorFormatTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private PickerFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = PickerFixture.serving();
    }

    @AfterEach
    void stop() throws InterruptedException {
        fixture.close();
    }

    private static EnvoyStream post(EnvoyStream envoy, String path, String body) {
        return envoy.requestHeaders(
                        false,
                        ":method",
                        "POST",
                        ":path",
                        path,
                        "content-type",
                        "application/json",
                        "x-request-id",
                        "r")
                .requestBody(body, true);
    }

    private static JsonNode json(ImmediateResponse refusal) throws Exception {
        assertThat(EnvoyStream.set(refusal.getHeaders())).containsEntry("content-type", "application/json");
        return JSON.readTree(refusal.getBody().toStringUtf8());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"model":"gpt-5"} | 404 | invalid_request_error | model_not_found | model | 'gpt-5' is not published
            {"model":         | 400 | invalid_request_error | bad_request     |       | error unmarshaling
            """)
    void clientsOfOpenAiReadItsErrorObject(String body, int status, String type, String code, String param, String says)
            throws Exception {
        try (EnvoyStream envoy = post(fixture.stream(), "/openai/v1/chat/completions?x=1", body)) {
            ImmediateResponse refusal = envoy.refusal();
            assertThat(refusal.getStatus().getCodeValue()).isEqualTo(status);
            JsonNode error = json(refusal).get("error");
            assertThat(error.get("type").asText()).isEqualTo(type);
            assertThat(error.get("code").asText()).isEqualTo(code);
            assertThat(error.get("param").textValue()).isEqualTo(param);
            assertThat(error.get("message").asText()).contains(says).doesNotStartWith("inference error");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"model":"gpt-5"} | 404 | not_found_error       | 'gpt-5' is not published
            {"model":         | 400 | invalid_request_error | error unmarshaling
            """)
    void clientsOfAnthropicReadItsErrorObject(String body, int status, String type, String says) throws Exception {
        try (EnvoyStream envoy = post(fixture.stream(), "/v1/messages", body)) {
            ImmediateResponse refusal = envoy.refusal();
            assertThat(refusal.getStatus().getCodeValue()).isEqualTo(status);
            JsonNode root = json(refusal);
            assertThat(root.get("type").asText()).isEqualTo("error");
            assertThat(root.at("/error/type").asText()).isEqualTo(type);
            assertThat(root.at("/error/message").asText()).contains(says);
        }
    }

    @Test
    void otherClientsReadUpstreamsText() throws Exception {
        try (EnvoyStream envoy = EnvoyStream.forPool(fixture.channel(), "ml/empty")
                .requestHeaders(true, ":method", "GET", ":path", "/generate")) {
            ImmediateResponse refusal = envoy.refusal();
            assertThat(EnvoyStream.set(refusal.getHeaders())).containsEntry("content-type", "text/plain");
            assertThat(refusal.getBody().toStringUtf8())
                    .isEqualTo("inference error: ServiceUnavailable - pool ml/empty has no ready endpoint");
        }
    }

    @Test
    void fullPoolSaysInTheBodyTooWhenToComeBack() throws Exception {
        ImmediateResponse refusal = Refusals.refuse(
                        ErrorFormat.OPENAI, Outcome.QUEUE_FULL, "full", Duration.ofMillis(6_100))
                .getImmediateResponse();
        assertThat(EnvoyStream.set(refusal.getHeaders())).containsEntry("retry-after", "7");
        assertThat(json(refusal)).isEqualTo(JSON.readTree("""
                {"error":{"message":"full","type":"rate_limit_error","param":null,"code":"queue_full",
                "reason":"rejected-saturated","retry_after_seconds":7}}"""));
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void everyOutcomeHasATypeThatClientsKnow(Outcome outcome) throws Exception {
        for (ErrorFormat format : new ErrorFormat[] {ErrorFormat.OPENAI, ErrorFormat.ANTHROPIC}) {
            JsonNode error = JSON.readTree(
                            Refusals.error(outcome, "\"quoted\"\n", null).in(format))
                    .get("error");
            assertThat(error.get("type").asText()).isNotEmpty();
            assertThat(error.get("message").asText()).isEqualTo("\"quoted\"\n");
        }
    }

    @Test
    void streamOfMessagesEndsWithAnErrorEvent() {
        assertThat(PreemptedAnswer.event(ErrorFormat.ANTHROPIC, Duration.ofSeconds(1), true)
                        .toStringUtf8())
                .startsWith("\n\nevent: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",")
                .endsWith("}}\n\n");
    }
}
