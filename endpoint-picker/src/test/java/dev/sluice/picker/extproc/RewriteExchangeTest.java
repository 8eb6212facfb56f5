package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Upstream's InferenceModelRewrites, on the bytes of requests and responses.
class RewriteExchangeTest {
    private static String forwarded(EnvoyStream envoy, String body) throws InterruptedException {
        envoy.chat("r").requestBody(body.substring(0, 3), false).requestBody(body.substring(3), true);
        String length = EnvoyStream.set(
                        envoy.answer().getRequestHeaders().getResponse().getHeaderMutation())
                .get("content-length");
        String sent = envoy.requestBody();
        assertThat(length).isEqualTo(Integer.toString(sent.length()));
        return sent;
    }

    @Test
    void aNamedModelGoesOnUnderTheOtherNameAndComesBackUnderItsOwn() throws Exception {
        try (PickerFixture fixture = PickerFixture.serving();
                EnvoyStream envoy = EnvoyStream.forPool(fixture.channel(), "ml/open")) {
            assertThat(forwarded(envoy, "{\"messages\":[],\"model\":\"old\"}"))
                    .isEqualTo("{\"messages\":[],\"model\":\"new\"}");
            envoy.responseHeaders(false, ":status", "200", "content-type", "application/json")
                    .answer();
            envoy.responseBody("{\"model\":\"new\",\"choices\":[]}", true);
            assertThat(envoy.responsePiece().getBody().toStringUtf8()).contains("\"old\"");
        }
    }

    @Test
    void aRequestWithoutAModelGetsOne() throws Exception {
        try (PickerFixture fixture = PickerFixture.serving()) {
            try (EnvoyStream envoy = EnvoyStream.forPool(fixture.channel(), "ml/open")) {
                assertThat(forwarded(envoy, " \n {\"messages\":[]}"))
                        .isEqualTo(" \n {\"model\":\"usual \\\"one\\\"\",\"messages\":[]}");
            }
            try (EnvoyStream envoy = EnvoyStream.forPool(fixture.channel(), "ml/open")) {
                assertThat(forwarded(envoy, "{ \t }")).isEqualTo("{\"model\":\"usual \\\"one\\\"\" \t }");
            }
        }
    }
}
