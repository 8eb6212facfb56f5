package dev.sluice.simulator.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The simulator as a process of its own, told to end by SIGTERM.
class MainTest {
    private static final int PATIENCE_SECONDS = 60;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Process process;

    @AfterEach
    void end() {
        http.close();
        process.destroyForcibly();
    }

    @Test
    void answersOnTheirWayEndBeforeTheProcessDoes() throws Exception {
        URI server = start();
        try (InputStream answer = streaming(server)) {
            process.toHandle().destroy();
            Awaitility.await()
                    .untilAsserted(() -> assertThatThrownBy(
                                    () -> new Socket(server.getHost(), server.getPort()).close())
                            .isInstanceOf(ConnectException.class));
            assertThat(process.isAlive()).isTrue();
            assertThat(text(answer)).endsWith("data: [DONE]\n\n");
        }
        assertThat(status()).isZero();
    }

    @Test
    void anAnswerThatDoesNotEndIsCut() throws Exception {
        URI server = start("--drain=200ms");
        try (InputStream answer = streaming(server)) {
            assertThat(post(server, "/fault", "{\"kind\":\"hang\"}").statusCode())
                    .isEqualTo(200);
            process.toHandle().destroy();
            assertThatThrownBy(() -> text(answer)).isInstanceOf(IOException.class);
        }
        assertThat(status()).isZero();
    }

    @Test
    void anIdleConnectionKeepsNoProcessAlive() throws Exception {
        URI server = start("--drain=10m");
        try (Socket silent = new Socket(server.getHost(), server.getPort())) {
            assertThat(post(server, "/ping", "").statusCode()).isEqualTo(200);
            process.toHandle().destroy();
            assertThat(status()).isZero();
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aPortThatIsTakenEndsTheStartWithItsMessage() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            run(taken.getLocalPort());
            String output = text(process.getInputStream());
            assertThat(status()).isEqualTo(1);
            assertThat(output).contains("cannot listen on").contains("Address already in use");
        }
    }

    private URI start(String... more) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        BufferedReader lines = run(port, more);
        assertThat(lines.readLine()).contains(":" + port);
        return URI.create("http://127.0.0.1:" + port);
    }

    private BufferedReader run(int port, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "--port=" + port));
        command.addAll(List.of(more));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return process.inputReader();
    }

    /// An answer of some seconds, of which the first byte has come.
    private InputStream streaming(URI server) throws IOException, InterruptedException {
        HttpResponse<InputStream> response =
                http.send(request(server, "/v1/completions", """
                        {"prompt": "a", "max_tokens": 300, "ignore_eos": true, "stream": true}"""), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body().read()).isPositive();
        return response.body();
    }

    private HttpResponse<String> post(URI server, String path, String body) throws IOException, InterruptedException {
        return http.send(request(server, path, body), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(URI server, String path, String body) {
        return HttpRequest.newBuilder(server.resolve(path))
                .timeout(Duration.ofSeconds(PATIENCE_SECONDS))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static String text(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }

    private int status() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
