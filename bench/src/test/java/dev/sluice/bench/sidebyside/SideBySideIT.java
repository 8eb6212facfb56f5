package dev.sluice.bench.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole harness, for moments: real Envoy, the no-op and Sluice in JVMs of their own.
class SideBySideIT {
    @TempDir
    Path folder;

    @Test
    void everyContenderAnswersEveryWorkWithoutError() throws IOException {
        Path json = folder.resolve("run.json");
        Path markdown = folder.resolve("run.md");
        int status = SideBySide.run(
                "--work=small,long,sse,sse-headers",
                "--rounds=1",
                "--seconds=0.5",
                "--warm-up=0.3",
                "--json=" + json,
                "--markdown=" + markdown);
        assertThat(status).isZero();

        JsonNode run = new ObjectMapper().readTree(json.toFile());
        assertThat(run.path("turns")).hasSize(3 * (4 + 3));
        Map<String, Long> answered = new HashMap<>();
        for (JsonNode turn : run.path("turns")) {
            String contender = turn.path("contender").asText();
            assertThat(turn.at("/window/errors").asLong()).as(turn.toString()).isZero();
            assertThat(turn.path("pickerCpuSeconds").isNull()).isEqualTo(contender.equals("none"));
            answered.merge(contender, turn.at("/window/requests").asLong(), Long::sum);
        }
        // On a busy machine one of the windows may pass while a picker's classes are loaded.
        assertThat(answered).containsOnlyKeys("none", "no-op", "sluice").doesNotContainValue(0L);
        assertThat(Files.readString(markdown))
                .contains("### small", "### sse-headers", "open loop", "### Targets", "| sluice |");
    }
}
