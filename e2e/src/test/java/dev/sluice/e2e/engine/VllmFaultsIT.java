package dev.sluice.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// One of two real vLLMs dies or hangs under load.
@Tag("real")
@Tag("neighbours")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class VllmFaultsIT {
    private static final int CLIENTS = 4;
    private static final int AFTERWARDS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /// Longer than signals count, on a busy machine.
    private static final Duration STALE = Duration.ofSeconds(5);

    @RegisterExtension
    static final EngineStack STACK = EngineStack.of(EngineKind.VLLM, List.of(List.of(), List.of()));

    @Test
    void aKilledEngineCostsAFewRequestsAndIsChosenNoMore() throws Exception {
        try (Load load = new Load(STACK.gateway().url(), EngineStack.MODEL, CLIENTS)) {
            await().atMost(PATIENCE).until(() -> load.answered() > 5 * CLIENTS);
            STACK.engine(1).kill();
            Thread.sleep(STALE);
            assertThat(chosen(AFTERWARDS)).containsOnly(address(0));
            System.out.printf(
                    "kill -9 of one of two engines under %d clients: %d answered, failed: %s%n",
                    CLIENTS, load.answered(), load.failures());
            // What the engine was answering ends, and what met its closed port before Envoy knew.
            assertThat(load.failures()).hasSizeLessThanOrEqualTo(2 * CLIENTS);
            STACK.engine(1).restart();
            await().atMost(PATIENCE).until(() -> chosen(1).contains(address(1)));
        }
    }

    @Test
    void anEngineThatHangsIsChosenNoMore() throws Exception {
        try (Load load = new Load(STACK.gateway().url(), EngineStack.MODEL, CLIENTS)) {
            await().atMost(PATIENCE).until(() -> load.answered() > 5 * CLIENTS);
            STACK.engine(1).suspend();
            try {
                Thread.sleep(STALE);
                assertThat(chosen(AFTERWARDS)).containsOnly(address(0));
            } finally {
                STACK.engine(1).resume();
            }
            await().atMost(PATIENCE).until(() -> chosen(1).contains(address(1)));
            System.out.printf(
                    "SIGSTOP of one of two engines under %d clients: %d answered, failed: %s%n",
                    CLIENTS, load.answered(), load.failures());
            // It closes connections that seem to it to have been idle, some of which Envoy has just used.
            assertThat(load.failures()).hasSizeLessThanOrEqualTo(CLIENTS);
        }
    }

    /// Engines to which so many further requests go, all of which are answered.
    private static List<String> chosen(int requests) {
        List<String> endpoints = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            endpoints.add(CountedPrompt.of(STACK.gateway(), "/v1/completions", """
                    {"model":"%s","prompt":"What now, %d?","max_tokens":2}""".formatted(EngineStack.MODEL, i))
                    .endpoint());
        }
        return endpoints;
    }

    private static String address(int engine) {
        return STACK.engine(engine).address();
    }
}
