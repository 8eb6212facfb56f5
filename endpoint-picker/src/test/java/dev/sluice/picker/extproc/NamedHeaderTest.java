package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A request that says in a header which model the engine is to see.
class NamedHeaderTest {
    private PickerFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = PickerFixture.serving();
    }

    @AfterEach
    void stop() throws InterruptedException {
        fixture.close();
    }

    private EnvoyStream post(String pool, String body, String... headers) {
        String[] all = {":method", "POST", ":path", "/v1/completions", "content-type", "application/json"};
        String[] both = new String[all.length + headers.length];
        System.arraycopy(all, 0, both, 0, all.length);
        System.arraycopy(headers, 0, both, all.length, headers.length);
        return EnvoyStream.forPool(fixture.channel(), pool)
                .requestHeaders(false, both)
                .requestBody(body, true);
    }

    private static String named(String model) {
        return "{\"model\":\"" + model + "\",\"prompt\":\"hello\"}";
    }

    /// In `llama`, `chat` is served as `llama-3.1-8b`, and `plain` under its own name; `open` passes names through,
    /// under others where no request says otherwise.
    @ParameterizedTest
    @CsvSource({
        "ml/open, x-llm-d-model-name-rewrite, client, other, other",
        "ml/open, x-gateway-model-name-rewrite, client, other, other",
        "ml/open, x-llm-d-model-name-rewrite, client, old, old",
        "ml/llama, x-llm-d-model-name-rewrite, chat, plain, plain",
        "ml/llama, x-llm-d-model-name-rewrite, client, chat, llama-3.1-8b",
        "ml/llama, x-llm-d-model-name-rewrite, plain, llama-3.1-8b, llama-3.1-8b",
        "ml/llama, x-llm-d-model-name-rewrite, chat, unpublished, llama-3.1-8b",
    })
    void engineSeesTheNamedModelAndTheClientItsOwn(
            String pool, String header, String requested, String named, String served) throws Exception {
        try (EnvoyStream envoy = post(pool, named(requested), header, named)) {
            assertThat(envoy.answer().hasRequestHeaders()).isTrue();
            assertThat(envoy.requestBody()).isEqualTo(named(served));
            envoy.responseHeaders(false, ":status", "200", "content-type", "application/json");
            assertThat(envoy.answer().hasResponseHeaders()).isTrue();
            envoy.responseBody(named(served), true);
            assertThat(envoy.responsePiece().getBody().toStringUtf8()).isEqualTo(named(requested));
        }
    }

    @Test
    void newerNameOfTheHeaderCounts() throws Exception {
        try (EnvoyStream envoy = post(
                "ml/llama",
                named("chat"),
                "x-gateway-model-name-rewrite",
                "chat",
                "x-llm-d-model-name-rewrite",
                "plain")) {
            ProcessingResponse answer = envoy.answer();
            assertThat(EnvoyStream.destination(answer)).startsWith("127.0.1.");
            assertThat(envoy.requestBody()).isEqualTo(named("plain"));
        }
    }

    @Test
    void unpublishedNameOfBothIsRefused() throws Exception {
        try (EnvoyStream envoy = post("ml/llama", named("a"), "x-llm-d-model-name-rewrite", "b")) {
            assertThat(envoy.refusal().getBody().toStringUtf8()).contains("model 'a' is not published");
        }
    }
}
