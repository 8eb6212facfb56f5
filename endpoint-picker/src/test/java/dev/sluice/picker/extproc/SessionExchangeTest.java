package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.v1alpha1.InferenceModel;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How sessions pass between clients and the picker, as headers of the messages to and from Envoy.
class SessionExchangeTest {
    private static final String HEADER = "x-sluice-session";
    private static final String COOKIE = "set-cookie";
    private PickerFixture fixture;
    private int requests;

    @BeforeEach
    void start() throws IOException, GeneralSecurityException {
        fixture = PickerFixture.serving();
        fixture.picker()
                .publish(PickerFixture.resources(
                        3,
                        List.of(
                                model("sticky", "sessionAffinity: {cookieName: sid, timeToLive: 10m, mode: Strict}"),
                                model(
                                        "rollout",
                                        "targets: [{modelName: v1, weight: 3}, {modelName: v2, weight: 1}]"))));
    }

    @AfterEach
    void stop() throws InterruptedException {
        fixture.close();
    }

    private static InferenceModel model(String name, String spec) {
        return Serialization.unmarshal("""
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferenceModel
                metadata: {name: %s, namespace: ml, creationTimestamp: "2026-11-01T00:00:00Z"}
                spec: {modelName: %s, poolRefs: [{name: llama}], %s}
                """.formatted(name, name, spec), InferenceModel.class);
    }

    /// What a request got: its endpoint, and what its client is told.
    private record Got(String endpoint, HeaderMutation response) {
        String token() {
            return EnvoyStream.set(response).getOrDefault(HEADER, "");
        }
    }

    private Got send(String model, BodySendMode responseMode, String status, String... headers) throws Exception {
        try (EnvoyStream envoy =
                new EnvoyStream(fixture.channel()).modes(BodySendMode.FULL_DUPLEX_STREAMED, responseMode)) {
            String[] all = new String[headers.length + 6];
            String id = "session-" + requests++;
            String[] usual = {":method", "POST", ":path", "/v1/chat/completions", "x-request-id", id};
            System.arraycopy(usual, 0, all, 0, usual.length);
            System.arraycopy(headers, 0, all, usual.length, headers.length);
            envoy.requestHeaders(false, all)
                    .requestBody(
                            "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],\"model\":\"%s\"}"
                                    .formatted(id, model),
                            true);
            String endpoint = EnvoyStream.destination(envoy.answer());
            envoy.requestBody();
            envoy.responseHeaders(true, ":status", status, "content-type", "application/json");
            return new Got(
                    endpoint, envoy.answer().getResponseHeaders().getResponse().getHeaderMutation());
        }
    }

    private Got send(String... headers) throws Exception {
        return send("sticky", BodySendMode.FULL_DUPLEX_STREAMED, "200", headers);
    }

    @ParameterizedTest
    @EnumSource(
            value = BodySendMode.class,
            names = {"NONE", "STREAMED", "BUFFERED", "FULL_DUPLEX_STREAMED"})
    void aNewSessionIsToldInACookieAndInAHeaderHoweverBodiesCome(BodySendMode mode) throws Exception {
        Got got = send("sticky", mode, "200");
        Map<String, String> headers = EnvoyStream.set(got.response());
        assertThat(got.token()).hasSize(60);
        assertThat(headers)
                .containsEntry(COOKIE, "sid=" + got.token() + "; Path=/; Max-Age=600; HttpOnly; SameSite=Lax");
        assertThat(got.response().getSetHeadersList().stream()
                        .filter(option -> option.getHeader().getKey().equals(COOKIE))
                        .map(HeaderValueOption::getAppendAction))
                .as("the engine's own cookies stay")
                .containsExactly(HeaderValueOption.HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD);
    }

    @Test
    void clientsComeBackByCookieOrHeader() throws Exception {
        Got first = send();
        for (int i = 0; i < 10; i++) {
            Got byCookie = send("cookie", "theme=dark; sid=" + first.token() + "; x=\"y\"");
            Got byHeader = send(HEADER, first.token());
            Got byCrumbs = send("cookie", "a=b", "cookie", "sid=\"" + first.token() + "\"");
            for (Got next : List.of(byCookie, byHeader, byCrumbs)) {
                assertThat(next.endpoint()).isEqualTo(first.endpoint());
                assertThat(next.response()).isEqualTo(HeaderMutation.getDefaultInstance());
            }
        }
        assertThat(fixture.page("/explain/session-1")).contains("\"session\" : \"kept\"");
        assertThat(fixture.meter("sluice_session_requests_total", "pool=\"ml/llama\"", "session=\"new\""))
                .isEqualTo(1);
        assertThat(fixture.meter("sluice_session_requests_total", "pool=\"ml/llama\"", "session=\"kept\""))
                .isEqualTo(30);
    }

    @Test
    void aCookieGivenOverHttpsIsForHttpsOnly() throws Exception {
        assertThat(EnvoyStream.set(send(":scheme", "https").response()).get(COOKIE))
                .endsWith("; SameSite=Lax; Secure");
        assertThat(EnvoyStream.set(send(":scheme", "http", "x-forwarded-proto", "https")
                                .response())
                        .get(COOKIE))
                .endsWith("; Secure");
        assertThat(EnvoyStream.set(send(":scheme", "https", "x-forwarded-proto", "http")
                                .response())
                        .get(COOKIE))
                .doesNotContain("Secure");
    }

    @Test
    void aFailedAnswerBindsNobody() throws Exception {
        assertThat(send("sticky", BodySendMode.FULL_DUPLEX_STREAMED, "500").response())
                .isEqualTo(HeaderMutation.getDefaultInstance());
    }

    @Test
    void otherModelsSetNothing() throws Exception {
        Got got = send("plain", BodySendMode.FULL_DUPLEX_STREAMED, "200", "cookie", "sid=x", HEADER, "y");
        assertThat(EnvoyStream.set(got.response())).isEmpty();
    }

    @Test
    void badTokensAreCountedAndGetANewOne() throws Exception {
        assertThat(send("cookie", "sid=forged").token()).isNotEmpty();
        assertThat(send(HEADER, "A".repeat(60)).token()).isNotEmpty();
        assertThat(send("cookie", "sid").token()).isNotEmpty();
        assertThat(send("cookie", "; =; sid=;;").token()).isNotEmpty();
        assertThat(fixture.meter("sluice_session_tokens_refused_total", "reason=\"malformed\""))
                .isEqualTo(3);
        assertThat(fixture.meter("sluice_session_requests_total", "session=\"new\""))
                .isEqualTo(4);
    }

    @Test
    void eachTargetOfSeveralHasItsMeters() throws Exception {
        for (int i = 0; i < 8; i++) {
            send("rollout", BodySendMode.FULL_DUPLEX_STREAMED, i == 0 ? "500" : "200");
        }
        send("plain", BodySendMode.FULL_DUPLEX_STREAMED, "200");
        fixture.awaitMeter(8, "sluice_target_requests_total", "pool=\"ml/llama\"", "model=\"rollout\"");
        assertThat(fixture.meter("sluice_target_requests_total", "target=\"v1\""))
                .isEqualTo(6);
        assertThat(fixture.meter("sluice_target_requests_total", "target=\"v2\""))
                .isEqualTo(2);
        assertThat(fixture.meter("sluice_target_requests_total", "outcome=\"engine_error\""))
                .isEqualTo(1);
        assertThat(fixture.meter("sluice_target_requests_total")).isEqualTo(8);
    }
}
