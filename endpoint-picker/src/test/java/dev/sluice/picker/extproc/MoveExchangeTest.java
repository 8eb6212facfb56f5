package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import java.io.IOException;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What Envoy is told of a request that goes to another pool than its route's, over real gRPC.
class MoveExchangeTest {
    private static final String CHAT = "{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}],\"model\":\"chat\"}";
    private PickerFixture fixture;

    @BeforeEach
    void start() throws IOException, GeneralSecurityException {
        fixture = PickerFixture.serving();
    }

    @AfterEach
    void stop() throws InterruptedException {
        fixture.close();
    }

    private EnvoyStream onOpenRoute() {
        return EnvoyStream.forRoute(fixture.channel(), "ml/open", "ml/empty, ml/llama,nonsense");
    }

    private static void assertMoved(CommonResponse response) {
        assertThat(response.getClearRouteCache()).isTrue();
        assertThat(EnvoyStream.set(response.getHeaderMutation()))
                .containsEntry("x-sluice-pool", "ml/llama")
                .hasEntrySatisfying(
                        "x-gateway-destination-endpoint",
                        address -> assertThat(address).startsWith("127.0.1."));
    }

    @Test
    void aMovedRequestChoosesItsRouteAnew() throws Exception {
        try (EnvoyStream envoy = onOpenRoute()) {
            envoy.chat("moved").requestBody(CHAT, true);
            ProcessingResponse answer = envoy.answer();
            assertMoved(answer.getRequestHeaders().getResponse());
            assertThat(EnvoyStream.destination(answer)).startsWith("127.0.1.");
            assertThat(envoy.requestBody()).contains("llama-3.1-8b");
            envoy.responseHeaders(true, ":status", "200").answer();
        }
        assertThat(fixture.page("/explain/moved")).contains("unpublished").contains("ml/open");
        assertThat(fixture.meter("sluice_moves_total", "pool=\"ml/open\"", "to=\"ml/llama\"", "reason=\"unpublished\""))
                .isEqualTo(1);
        fixture.awaitMeter(1, "sluice_requests_total", "pool=\"ml/llama\"", "outcome=\"completed\"");
        fixture.awaitMeter(0, "sluice_requests_in_flight", "pool=\"ml/llama\"");
        assertThat(fixture.page("/status")).contains("\"requests\" : 1");
    }

    @Test
    void soDoesOneWhoseBodyIsBuffered() throws Exception {
        try (EnvoyStream envoy = onOpenRoute().modes(BodySendMode.BUFFERED, BodySendMode.NONE)) {
            envoy.chat("moved").answer();
            assertMoved(envoy.requestBody(CHAT, true).answer().getRequestBody().getResponse());
        }
    }

    @Test
    void whatIsNotMovedKeepsItsRoute() throws Exception {
        try (EnvoyStream envoy = onOpenRoute()) {
            envoy.chat("stays").requestBody(CHAT.replace("chat", "anything"), true);
            ProcessingResponse answer = envoy.answer();
            assertThat(EnvoyStream.destination(answer)).startsWith("127.0.2.");
            CommonResponse response = answer.getRequestHeaders().getResponse();
            assertThat(response.getClearRouteCache()).isFalse();
            assertThat(EnvoyStream.set(response.getHeaderMutation())).doesNotContainKey("x-sluice-pool");
        }
        try (EnvoyStream envoy = EnvoyStream.forRoute(fixture.channel(), "ml/llama", "ml/open")) {
            envoy.chat("stays").requestBody(CHAT.replace("chat", "plain"), true);
            ProcessingResponse answer = envoy.answer();
            assertThat(EnvoyStream.destination(answer)).startsWith("127.0.1.");
            assertThat(answer.getRequestHeaders().getResponse().getClearRouteCache())
                    .isFalse();
        }
        assertThat(fixture.meter("sluice_moves_total")).isZero();
    }
}
