package dev.sluice.e2e.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.opentest4j.TestAbortedException;

/// A real Prometheus server on a free port of the loopback, with its data in a folder that goes with it.
public final class PrometheusServer implements AutoCloseable {
    private final Path folder;
    private final Process process;
    private final URI url;
    private final Client client;

    private PrometheusServer(Path folder, Process process, URI url) {
        this.folder = folder;
        this.process = process;
        this.url = url;
        this.client = new Client(url);
    }

    /// Starts one and returns when it is ready.
    ///
    /// @param configuration `prometheus.yml`
    public static PrometheusServer start(String configuration) throws IOException, InterruptedException {
        Path binary = binary();
        Path folder = Files.createTempDirectory("sluice-prometheus");
        Files.writeString(folder.resolve("prometheus.yml"), configuration);
        String address = "127.0.0.1:" + Loopback.freePort();
        Process process = new ProcessBuilder(
                        binary.toString(),
                        "--config.file=" + folder.resolve("prometheus.yml"),
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=" + address,
                        "--web.enable-lifecycle")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        PrometheusServer server = new PrometheusServer(folder, process, URI.create("http://" + address));
        try {
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(server::isReady);
            return server;
        } catch (RuntimeException failed) {
            server.close();
            throw failed;
        }
    }

    /// Without one the test is skipped on a person's machine, and fails where everything must be tested.
    private static Path binary() throws IOException, InterruptedException {
        try {
            return PrometheusBinary.locate();
        } catch (IOException none) {
            if (Boolean.parseBoolean(System.getenv("CI"))) {
                throw none;
            }
            throw new TestAbortedException("skipped: " + none.getMessage(), none);
        }
    }

    public URI url() {
        return url;
    }

    /// Goes on under another configuration.
    public void reload(String configuration) throws IOException {
        Files.writeString(folder.resolve("prometheus.yml"), configuration);
        int status = client.send(client.request("/-/reload")
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build())
                .statusCode();
        if (status != 200) {
            throw new IOException("reload: status " + status);
        }
    }

    private boolean isReady() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("Prometheus ended:\n" + Files.readString(folder.resolve("log")));
        }
        try {
            return client.get("/-/ready").statusCode() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
