package dev.sluice.picker.signals.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.signal.Signals;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whole pages that engines printed on a machine without GPUs while they were at work.
class RecordedPagesTest {
    @ParameterizedTest
    @CsvSource({"vllm-0.32.0, VLLM, 12, 0, 3200", "sglang-0.5.23, SGLANG, 16, 4, 65536"})
    void aPageIsReadWithoutBeingToldWhoseItIs(String page, Engine engine, int running, int waiting, long capacityTokens)
            throws IOException {
        EngineMetrics metrics = EngineMetrics.of(Engine.DETECTED, (_, _, _) -> {});
        byte[] bytes = read(page);
        metrics.begin();
        metrics.piece(bytes, 0, bytes.length);
        Signals signals = metrics.end(0, 0);
        assertThat(metrics.engine()).isEqualTo(engine);
        assertThat(metrics.modelName()).isEqualTo("tiny");
        assertThat(metrics.ranks()).isEqualTo(1);
        assertThat(signals.running()).isEqualTo(running);
        assertThat(signals.waiting()).isEqualTo(waiting);
        assertThat(signals.kvCache().capacityTokens()).isEqualTo(capacityTokens);
        assertThat(signals.kvCache().usage()).isBetween(.0001, 1.);
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream page = Objects.requireNonNull(
                RecordedPagesTest.class.getResourceAsStream("/engine-pages/" + name + ".txt"), name)) {
            return page.readAllBytes();
        }
    }
}
