package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;

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
}
