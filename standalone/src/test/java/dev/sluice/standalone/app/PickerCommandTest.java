package dev.sluice.standalone.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PickerCommandTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String POOL = """
            apiVersion: inference.networking.k8s.io/v1
            kind: InferencePool
            metadata: {name: llama}
            spec:
              selector: {matchLabels: {app: llama}}
              targetPorts: [{number: 8000}]
              endpointPickerRef: {name: picker, port: {number: 9002}}
            """;

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private @Nullable Thread command;

    @AfterEach
    void stop() throws InterruptedException {
        http.close();
        if (command != null) {
            command.interrupt();
            command.join(PATIENCE);
            assertThat(command.isAlive()).isFalse();
        }
    }

    @Test
    void servesAFolderAndFollowsItsChanges() throws Exception {
        Files.writeString(folder.resolve("pool.yaml"), POOL);
        write("127.255.0.1");
        start();
        URI pools = URI.create("http://localhost:" + printed("metrics on http://localhost:(\\d+)") + "/pools");

        assertThat(health(printed("health on port (\\d+)"))).isEqualTo(ServingStatus.SERVING);
        assertThat(health(printed("Picking for .* on port (\\d+)"))).isEqualTo(ServingStatus.SERVING);
        assertThat(get(pools)).contains("127.255.0.1:8000").doesNotContain("127.255.0.2:8000");

        write("127.255.0.2");
        await().atMost(PATIENCE).until(() -> get(pools).contains("127.255.0.2:8000"));
        assertThat(get(pools)).doesNotContain("127.255.0.1:8000");

        write("no address");
        Files.writeString(folder.resolve("more.yaml"), endpoints("more", "127.255.0.3"));
        write("127.255.0.4");
        await().atMost(PATIENCE).until(() -> get(pools).contains("127.255.0.3:8000"));
        assertThat(get(pools)).contains("127.255.0.4:8000").doesNotContain("127.255.0.2:8000");
    }

    @Test
    void endsWhenTheFolderIsBroken() throws Exception {
        Files.writeString(folder.resolve("pool.yaml"), POOL.replace("selector", "selectr"));
        start();
        assertThat(status.get()).isEqualTo(1);
        assertThat(err.toString()).contains("pool.yaml:5").contains("selector");
    }

    @Test
    void endsWhenAPortIsTaken() throws Exception {
        Files.writeString(folder.resolve("pool.yaml"), POOL);
        try (ServerSocket taken = new ServerSocket(0)) {
            start("--metrics-port=" + taken.getLocalPort());
            assertThat(status.get()).isEqualTo(1);
            assertThat(err.toString()).contains("Address already in use");
        }
    }

    @Test
    void theProcessEndsWhenToldTo() throws Exception {
        Files.writeString(folder.resolve("pool.yaml"), POOL);
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Sluice.class.getName(),
                        "picker",
                        folder.toString(),
                        "--grpc-port=0",
                        "--grpc-health-port=0",
                        "--metrics-port=0")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader lines = process.inputReader()) {
            assertThat(lines.readLine()).startsWith("Picking for");
            process.destroy();
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private void start(String... more) {
        CommandLine line = new CommandLine(new PickerCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        List<String> arguments = new ArrayList<>(
                List.of(folder.toString(), "--grpc-port=0", "--grpc-health-port=0", "--drain-timeout=1s"));
        arguments.addAll(more.length == 0 ? List.of("--metrics-port=0") : List.of(more));
        command = Thread.ofPlatform()
                .name("picker-command")
                .start(() -> status.complete(line.execute(arguments.toArray(String[]::new))));
    }

    private String printed(String pattern) {
        Pattern line = Pattern.compile(pattern);
        await().atMost(PATIENCE).until(() -> {
            assertThat(status).as(err.toString()).isNotDone();
            return line.matcher(out.toString()).find();
        });
        Matcher found = line.matcher(out.toString());
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    private static ServingStatus health(String port) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", Integer.parseInt(port))
                .usePlaintext()
                .build();
        try {
            return HealthGrpc.newBlockingStub(channel)
                    .check(HealthCheckRequest.getDefaultInstance())
                    .getStatus();
        } finally {
            channel.shutdownNow();
        }
    }

    private String get(URI uri) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private void write(String address) throws IOException {
        Files.writeString(folder.resolve("endpoints.yaml"), endpoints("llama", address));
    }

    private static String endpoints(String name, String address) {
        return """
                apiVersion: inference.sluice.dev/v1alpha1
                kind: EndpointList
                metadata: {name: %1$s}
                spec:
                  endpoints:
                    - {name: %1$s-0, address: %2$s, labels: {app: llama}}
                """.formatted(name, address);
    }
}
