package dev.sluice.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.cluster.podman.Podman;
import dev.sluice.cluster.podman.PodmanContainer;
import dev.sluice.e2e.stack.Loopback;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What is left of containers when the JVM is killed that started them: nothing.
@Tag("real")
class PodmanIT {
    @RegisterExtension
    static final PodmanStore STORE = new PodmanStore();

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void aKilledJvmLeavesNoContainersAndNoImages() throws Exception {
        Process owner = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        folder.toString(),
                        String.valueOf(Loopback.freePort()),
                        PodmanStore.archives().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .directory(folder.toFile())
                .start();
        try (BufferedReader told = owner.inputReader()) {
            ProcessHandle container =
                    ProcessHandle.of(Long.parseLong(told.readLine())).orElseThrow();
            Path store = Path.of(told.readLine());
            assertThat(store).isDirectory();

            owner.destroyForcibly();

            await().atMost(PATIENCE).until(() -> !container.isAlive());
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(store).doesNotExist());
        } finally {
            owner.destroyForcibly();
        }
    }

    /// The JVM that is killed.
    static final class Owner {
        private Owner() {}

        public static void main(String[] arguments) throws Exception {
            Podman podman = Podman.start();
            String image = podman.load(Path.of(arguments[2], "simulator-amd64.tar"));
            PodmanContainer container = PodmanContainer.start(
                    podman, List.of(image, "--port=" + arguments[1]), Path.of(arguments[0]), "simulator");
            System.out.println(Objects.requireNonNull(container.first()).pid());
            System.out.println(
                    podman.run("info", "--format={{.Store.GraphRoot}}").strip());
            Thread.sleep(Duration.ofMinutes(5));
        }
    }
}
