package dev.sluice.cluster.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageArchiveTest {
    @TempDir
    Path folder;

    private final List<Path> loaded = new ArrayList<>();

    @Test
    void anArchiveThatIsNotThereIsSaidToBeSo() {
        assertThatIOException()
                .isThrownBy(() -> archive().load("sluice/simulator:0.1.0"))
                .withMessageContaining("sluice/simulator:0.1.0")
                .withMessageContaining("bin/images")
                .withMessageContaining(file().toString());
    }

    @Test
    void itIsLoadedOnceForEachTimeThatItIsWritten() throws Exception {
        ImageArchive archive = archive();
        Files.writeString(file(), "first");
        Files.setLastModifiedTime(file(), FileTime.from(Instant.EPOCH));
        assertThat(archive.load("sluice/simulator:0.1.0")).isEqualTo("localhost/sluice/simulator:0.1.0");
        assertThat(archive.load("registry.example:5000/sluice/simulator:0.1.0")).isNotEmpty();
        assertThat(loaded).hasSize(1);

        Files.writeString(file(), "second");
        archive.load("sluice/simulator:0.1.0");
        assertThat(loaded).hasSize(2);
    }

    @Test
    void anotherTagIsAnotherImage() throws IOException {
        Files.writeString(file(), "");
        assertThatIOException()
                .isThrownBy(() -> archive().load("sluice/simulator:0.2.0"))
                .withMessageContaining("bin/images --tag 0.2.0");
    }

    private ImageArchive archive() {
        return new ImageArchive(
                file -> {
                    loaded.add(file);
                    return "localhost/sluice/simulator:0.1.0";
                },
                file());
    }

    private Path file() {
        return folder.resolve("simulator-amd64.tar");
    }
}
