package dev.sluice.picker.extproc;

import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.POOL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.PublishedModel.WeightedTarget;
import dev.sluice.picker.identity.ModelName;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A fault of our own in the response's way, made by a clock that fails once, at the first token.
class ResponseFaultTest {
    private static final String CHUNK = "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n";

    private static void passesInSpiteOf(Runnable fault) throws Exception {
        try (ServiceFixture fixture = new ServiceFixture()) {
            try (EnvoyStream envoy = fixture.running()) {
                envoy.responseHeaders(false, ":status", "200", "content-type", "text/event-stream");
                envoy.answer();
                fixture.onNextReading(fault);
                envoy.responseBody(CHUNK, false);
                assertThat(envoy.responsePiece().getBody().toStringUtf8()).isEqualTo(CHUNK);
                envoy.responseBody(CHUNK, true);
                assertThat(envoy.responsePiece().getEndOfStream()).isTrue();
                assertThat(fixture.count("sluice.response.faults")).isEqualTo(1);
                envoy.halfClose();
                envoy.end();
            }
            fixture.awaitEnds(1, "completed");
            fixture.assertIdle();
            try (EnvoyStream next = fixture.running()) {
                next.responseHeaders(true, ":status", "200").answer();
            }
        }
    }

    @Test
    void theChunkPassesAndAMeterCounts() throws Exception {
        passesInSpiteOf(() -> {
            throw new IllegalStateException("the clock is broken");
        });
    }

    @Test
    void errorIsSurvivedAsAnExceptionIs() throws Exception {
        passesInSpiteOf(() -> {
            throw new AssertionError("the clock is badly broken");
        });
    }

    @Test
    void whatWasHeldBackPassesWithTheChunk() throws Exception {
        Catalog catalog = new Catalog(Map.of(
                POOL, List.of(new PublishedModel(new ModelName("chat"), List.of(new WeightedTarget(MODEL, null, 1))))));
        for (BodySendMode mode : List.of(BodySendMode.FULL_DUPLEX_STREAMED, BodySendMode.STREAMED)) {
            try (ServiceFixture fixture =
                            new ServiceFixture(ServiceFixture.Parts.usual().withCatalog(() -> catalog));
                    EnvoyStream envoy = fixture.stream().modes(BodySendMode.FULL_DUPLEX_STREAMED, mode)) {
                envoy.chat("r1").requestBody("{\"model\":\"chat\",\"stream\":true,\"messages\":[]}", true);
                assertThat(EnvoyStream.destination(envoy.answer())).isEqualTo(ServiceFixture.DESTINATION);
                envoy.requestBody();
                envoy.responseHeaders(false, ":status", "200", "content-type", "text/event-stream");
                envoy.answer();
                envoy.responseBody("data: {\"model\":\"llama-", false);
                assertThat(passed(envoy, mode)).isEqualTo("data: {\"model\":");
                fixture.onNextReading(() -> {
                    throw new IllegalStateException("the clock is broken");
                });
                String rest = "3.1-8b\",\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n";
                envoy.responseBody(rest, false);
                assertThat(passed(envoy, mode)).as("in mode %s", mode).isEqualTo("\"llama-" + rest);
            }
        }
    }

    private static String passed(EnvoyStream envoy, BodySendMode mode) throws InterruptedException {
        if (mode == BodySendMode.FULL_DUPLEX_STREAMED) {
            return envoy.responsePiece().getBody().toStringUtf8();
        }
        return envoy.answer()
                .getResponseBody()
                .getResponse()
                .getBodyMutation()
                .getBody()
                .toStringUtf8();
    }
}
