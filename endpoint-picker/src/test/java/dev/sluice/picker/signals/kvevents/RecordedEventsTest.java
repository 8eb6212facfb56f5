package dev.sluice.picker.signals.kvevents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Batches that an engine published: for a text, for the same under a salt, for a longer one under the
/// salt, by vLLM for an adapter too and for long texts, and after a reset.
class RecordedEventsTest {
    @ParameterizedTest
    @CsvSource({"vllm-0.32.0, 15, 1, 1", "sglang-0.5.23, 4, 0, 1"})
    void eachBatchIsUnderstood(String log, int stored, int removed, int cleared) throws IOException {
        Map<String, Integer> kinds = new TreeMap<>();
        for (String line : read(log).lines().toList()) {
            KvEventDecoder.decode(HexFormat.of().parseHex(line))
                    .events()
                    .forEach(event -> kinds.merge(event.getClass().getSimpleName(), 1, Integer::sum));
        }
        Map<String, Integer> expected = new TreeMap<>(Map.of("Stored", stored, "Removed", removed, "Cleared", cleared));
        expected.values().removeIf(count -> count == 0);
        assertThat(kinds).isEqualTo(expected);
    }

    private static String read(String name) throws IOException {
        try (InputStream hex = Objects.requireNonNull(
                RecordedEventsTest.class.getResourceAsStream("/kv-events/" + name + ".hex"), name)) {
            return new String(hex.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
