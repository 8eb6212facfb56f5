package dev.sluice.picker.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The picker as a process of its own, which waits for its API server.
class ProcessTest {
    private static final int PATIENCE_SECONDS = 60;
    private static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            clusters: [{name: away, cluster: {server: "http://127.0.0.1:1"}}]
            users: [{name: nobody, user: {}}]
            contexts: [{name: away, context: {cluster: away, user: nobody}}]
            current-context: away
            """;

    @TempDir
    Path folder;

    private Process process;

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    void sigtermEndsItWithStatusZero() throws Exception {
        BufferedReader lines = start("--metrics-port=0");
        assertThat(lines.lines().anyMatch(line -> line.contains("The picker is serving")))
                .isTrue();
        process.toHandle().destroy();
        assertThat(status()).isZero();
    }

    @Test
    void aPortThatIsTakenEndsTheStartWithItsMessage() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            BufferedReader lines = start("--metrics-port=" + taken.getLocalPort());
            assertThat(lines.lines()).anyMatch(line -> line.contains("Address already in use"));
            assertThat(status()).isEqualTo(1);
        }
    }

    private BufferedReader start(String... more) throws IOException {
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), KUBECONFIG);
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "--bind-address=127.0.0.1",
                "--grpc-port=0",
                "--grpc-health-port=0"));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        process = builder.start();
        return process.inputReader();
    }

    private int status() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
