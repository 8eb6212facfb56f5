package dev.sluice.picker.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.picker.app.server.FileFollower;
import dev.sluice.process.Supervisor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFollowerTest {
    @Test
    void aContentThatCannotBeTakenOverIsNotTheLast(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("secret");
        Files.writeString(file, "first");
        List<String> faults = new CopyOnWriteArrayList<>();
        List<String> seen = new CopyOnWriteArrayList<>();
        try (FileFollower follower = new FileFollower("secrets", new Supervisor(faults::add))) {
            follower.follow("secret", List.of(file), texts -> {
                seen.addAll(texts);
                if (texts.contains("odd")) {
                    throw new StackOverflowError("odd");
                }
            });
            Files.writeString(file, "odd");
            await().atMost(Duration.ofSeconds(10)).until(() -> seen.contains("odd"));
            Files.writeString(file, "sound");
            await().atMost(Duration.ofSeconds(10)).until(() -> seen.contains("sound"));
        }
        assertThat(seen).containsExactly("odd", "sound");
        assertThat(faults).containsExactly("secrets");
    }
}
