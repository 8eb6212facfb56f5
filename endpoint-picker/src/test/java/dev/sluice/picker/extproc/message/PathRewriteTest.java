package dev.sluice.picker.extproc.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.extproc.EnvoyStream;
import dev.sluice.picker.extproc.PickerFixture;
import io.grpc.Metadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathRewriteTest {
    private static final String CHAT = "{\"model\":\"chat\",\"messages\":[]}";

    private static PathRewrite prefix(String prefix, String replacement) {
        Metadata metadata = new Metadata();
        put(metadata, "x-sluice-path-prefix", prefix);
        put(metadata, "x-sluice-path-replacement", replacement);
        return PathRewrite.of(metadata);
    }

    private static void put(Metadata metadata, String key, String value) {
        metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
    }

    /// As Envoy rewrites: FiltersIT has the same cases.
    @ParameterizedTest
    @CsvSource({
        "/strip, /, /strip/a/b?c=d, /a/b?c=d",
        "/strip, '', /strip/a, /a",
        "/strip, /, /strip/, /",
        "/strip, /, /strip, /",
        "/strip, /, /strip?a=b, /?a=b",
        "/prefix, /other, /prefix/a?b=c, /other/a?b=c",
        "/prefix/, /other/, /prefix/, /other/",
        "/prefix, /other, /prefix, /other",
        "/, /v1, /chat/completions, /v1/chat/completions",
        "/llm, /v1, /elsewhere, /elsewhere",
    })
    void prefixIsReplacedAsEnvoyWill(String prefix, String replacement, String asked, String arrives) {
        assertThat(prefix(prefix, replacement).apply(asked)).isEqualTo(arrives);
    }

    @Test
    void wholePathIsReplacedAndTheQueryStays() {
        Metadata metadata = new Metadata();
        put(metadata, "x-sluice-path", "/v1/completions");
        PathRewrite rewrite = PathRewrite.of(metadata);
        assertThat(rewrite.apply("/a/b?c=d")).isEqualTo("/v1/completions?c=d");
        assertThat(rewrite.apply("/a")).isEqualTo("/v1/completions");
        assertThat(rewrite.apply("")).isEmpty();
        assertThat(PathRewrite.of(new Metadata()).apply("/a")).isEqualTo("/a");
    }

    @Test
    void pathThatTheEngineWillSeeDecides() throws Exception {
        try (PickerFixture fixture = PickerFixture.serving()) {
            try (EnvoyStream envoy = EnvoyStream.withMetadata(
                            fixture.channel(),
                            "x-sluice-pool",
                            "ml/llama",
                            "x-sluice-path-prefix",
                            "/llm",
                            "x-sluice-path-replacement",
                            "/v1")
                    .requestHeaders(false, ":method", "POST", ":path", "/llm/chat/completions")
                    .requestBody(CHAT, true)) {
                assertThat(EnvoyStream.destination(envoy.answer())).startsWith("127.0.1.");
                assertThat(envoy.requestBody()).contains("llama-3.1-8b");
            }
            try (EnvoyStream envoy = EnvoyStream.withMetadata(
                            fixture.channel(), "x-sluice-pool", "ml/llama", "x-sluice-path", "/generate")
                    .requestHeaders(false, ":method", "POST", ":path", "/v1/chat/completions")
                    .requestBody("no JSON", true)) {
                assertThat(EnvoyStream.destination(envoy.answer())).startsWith("127.0.1.");
            }
        }
    }
}
