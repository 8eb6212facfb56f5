package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.picker.memory.BodyBudget;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Bodies that come to a picker whose bodies have hardly any memory left: who waits, who is refused, and that all is
/// returned.
class BodyBudgetExchangeTest {
    private static final int LIMIT = 1_000_000;
    private static final String CHUNK = "x".repeat(10_000);
    private static final String BEGIN = "{\"model\":\"m\",\"prompt\":\"";

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final BodyBudget budget = new BodyBudget(LIMIT, ServiceFixture.MAX_BODY, executor);

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    private ServiceFixture fixture() throws Exception {
        return new ServiceFixture(ServiceFixture.Parts.usual().withBodies(budget));
    }

    private static EnvoyStream begin(EnvoyStream stream) {
        return stream.requestHeaders(false, ":method", "POST", ":path", "/v1/completions", "content-length", "90000")
                .requestBody(BEGIN, false);
    }

    private static void assertNoMemory(ImmediateResponse refusal) {
        assertThat(refusal.getStatus().getCodeValue()).isEqualTo(503);
        assertThat(EnvoyStream.set(refusal.getHeaders())).containsKey("retry-after");
        assertThat(refusal.getBody().toStringUtf8()).contains("\"code\":\"memory_full\"");
        assertThat(refusal.getDetails()).isEqualTo("sluice_memory_full");
    }

    private void assertNothingHeld() {
        assertThat(budget.reserved()).isZero();
        assertThat(budget.waiting()).isZero();
    }

    /// All but a little is reserved.
    private long takeMost() {
        long taken = 0;
        while (budget.reserve(10_000)) {
            taken += 10_000;
        }
        return taken;
    }

    /// Begins a request that waits for memory behind the one that has the privilege.
    ///
    /// @param taken bytes of the budget that neither of the two has
    private void beginPaused(EnvoyStream paused, long taken) {
        await().until(() -> budget.reserved() > taken);
        begin(paused);
        await().until(() -> budget.waiting() == 1);
    }

    @Test
    void bodyIsNotReadWhileThereIsNoMemoryForItAndThenGoesOn() throws Exception {
        long taken = takeMost();
        try (ServiceFixture fixture = fixture();
                EnvoyStream privileged = begin(fixture.stream());
                EnvoyStream paused = fixture.stream()) {
            beginPaused(paused, taken);
            for (int i = 0; i < 8; i++) {
                paused.requestBody(CHUNK, false);
            }
            paused.requestBody("\"}", true);
            paused.noAnswerYet();
            budget.release(taken);
            assertThat(EnvoyStream.destination(paused.answer())).isEqualTo(ServiceFixture.DESTINATION);
            assertThat(paused.requestBody()).isEqualTo(BEGIN + CHUNK.repeat(8) + "\"}");
            paused.cancel();
            privileged.cancel();
            fixture.awaitEnds(2, "cancelled");
            fixture.assertIdle();
        }
    }

    @Test
    void bodyThatWaitsForMemoryTooLongIsToldToComeBack() throws Exception {
        long taken = takeMost();
        try (ServiceFixture fixture = fixture();
                EnvoyStream privileged = begin(fixture.stream());
                EnvoyStream paused = fixture.stream()) {
            beginPaused(paused, taken);
            fixture.time.pass(Duration.ofSeconds(6));
            assertNoMemory(paused.refusal());
            fixture.awaitEnds(1, "memory_full");
            assertThat(budget.waiting()).isZero();
            privileged.requestBody("\"}", true);
            assertThat(EnvoyStream.destination(privileged.answer())).isEqualTo(ServiceFixture.DESTINATION);
            privileged.cancel();
            fixture.awaitEnds(1, "cancelled");
            budget.release(taken);
            fixture.assertIdle();
        }
    }

    @Test
    void bodyWhoseClientGoesWhileItWaitsLeavesNothing() throws Exception {
        long taken = takeMost();
        try (ServiceFixture fixture = fixture();
                EnvoyStream privileged = begin(fixture.stream());
                EnvoyStream paused = fixture.stream()) {
            beginPaused(paused, taken);
            paused.cancel();
            fixture.awaitEnds(1, "cancelled");
            assertThat(budget.waiting()).isZero();
            fixture.time.pass(Duration.ofSeconds(40));
            assertThat(privileged.refusal().getStatus().getCodeValue()).isEqualTo(408);
            fixture.awaitEnds(1, "body_timeout");
            budget.release(taken);
            assertNothingHeld();
        }
    }

    @Test
    void unreadBodyThatWaitsInItsQueueStaysWithEnvoyAndGoesOnWhole() throws Exception {
        try (ServiceFixture fixture = fixture();
                EnvoyStream running = fixture.saturating();
                EnvoyStream upload = fixture.upload()) {
            long taken = takeMost();
            for (int i = 0; i < 9; i++) {
                upload.requestBody(CHUNK, i == 8);
            }
            fixture.awaitWaiting(1);
            upload.noAnswerYet();
            budget.release(taken);
            running.cancel();
            assertThat(EnvoyStream.destination(upload.answer())).isEqualTo(ServiceFixture.DESTINATION);
            assertThat(upload.requestBody()).isEqualTo(CHUNK.repeat(9));
            upload.cancel();
            fixture.awaitEnds(2, "cancelled");
            fixture.assertIdle();
        }
    }

    @Test
    void refusalsAndBadBodiesReturnWhatTheyHad() throws Exception {
        try (ServiceFixture fixture = fixture()) {
            for (String bad : new String[] {"{\"model\":1}", "[]", "{\"model\":\"m\",", "x".repeat(1 << 16)}) {
                try (EnvoyStream stream = fixture.stream()) {
                    stream.chat("bad").requestBody(bad, true);
                    assertThat(stream.refusal().getStatus().getCodeValue()).isEqualTo(400);
                }
            }
            try (EnvoyStream stream = fixture.stream()) {
                stream.chat("long");
                for (int i = 0; i < 11; i++) {
                    stream.requestBody(CHUNK, false);
                }
                assertThat(stream.refusal().getStatus().getCodeValue()).isEqualTo(413);
            }
            fixture.awaitEnds(4, "bad_request");
            fixture.awaitEnds(1, "body_too_large");
            assertNothingHeld();
        }
    }
}
