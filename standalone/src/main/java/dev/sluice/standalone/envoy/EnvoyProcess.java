package dev.sluice.standalone.envoy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running Envoy: started with a bootstrap, ready when [#start] returns, gone when closed or when this JVM ends.
///
/// Envoy must not outlive its parent, however that ends. A shutdown hook covers exit and signals. For a killed JVM
/// there is a watcher: a shell that reads a pipe whose other end only the JVM holds, and stops Envoy when it breaks.
public final class EnvoyProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EnvoyProcess.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(3);

    /// `$$` is the shell that the last line turns into Envoy. A failed signal means that Envoy has gone.
    private static final String WATCHED = """
            exec 3<&0
            {
                cat <&3 >/dev/null
                tries=30
                while kill -TERM $$ 2>/dev/null && [ $tries -gt 0 ]; do sleep 0.1; tries=$((tries - 1)); done
                kill -KILL $$ 2>/dev/null
            } &
            exec "$@" 3<&- </dev/null
            """;

    private final Path folder;
    private final Process process;
    private final Thread hook = new Thread(this::stop, "envoy-stop");

    private EnvoyProcess(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Starts Envoy and waits until it is ready to serve.
    ///
    /// @param bootstrap YAML or JSON; with an admin listener, best on port 0, so that no other can hold the port
    /// @param concurrency the number of worker threads
    public static EnvoyProcess start(Path binary, String bootstrap, int concurrency) throws IOException {
        Path folder = Files.createTempDirectory("sluice-envoy");
        Path file = Files.writeString(folder.resolve("bootstrap.yaml"), bootstrap);
        List<String> command = List.of(
                "sh",
                "-c",
                WATCHED,
                "envoy",
                binary.toString(),
                "--config-path",
                file.toString(),
                "--admin-address-path",
                folder.resolve("admin").toString(),
                "--log-level",
                "warning",
                "--concurrency",
                Integer.toString(concurrency),
                // Hot restart shares memory and sockets between Envoys of one machine: these must not meet.
                "--disable-hot-restart");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("envoy.log").toFile())
                .start();
        EnvoyProcess envoy = new EnvoyProcess(folder, process);
        try {
            envoy.awaitReady();
            LOG.atInfo()
                    .addKeyValue("pid", envoy.pid())
                    .addKeyValue("admin", envoy.admin())
                    .log("Envoy is ready");
            return envoy;
        } catch (IOException failed) {
            envoy.close();
            throw failed;
        }
    }

    /// The address where the admin interface listens.
    public URI admin() throws IOException {
        return URI.create("http://" + Files.readString(folder.resolve("admin")).strip());
    }

    public long pid() {
        return process.pid();
    }

    /// Completes with the exit status when the process ends.
    public CompletableFuture<Integer> exit() {
        return process.onExit().thenApply(Process::exitValue);
    }

    /// The text that Envoy has logged so far.
    public String log() throws IOException {
        return Files.readString(folder.resolve("envoy.log"));
    }

    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyShuttingDown) {
            LOG.atDebug().log("the shutdown hook has run or is running");
        }
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (!isReady(client)) {
                if (!process.isAlive()) {
                    throw new IOException("Envoy ended with status %d:%n%s".formatted(process.exitValue(), log()));
                }
                if (System.nanoTime() > deadline) {
                    throw new IOException("Envoy was not ready after %s:%n%s".formatted(START_LIMIT, log()));
                }
                process.waitFor(20, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while Envoy started", interrupted);
        }
    }

    private boolean isReady(HttpClient client) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(admin().resolve("/ready"))
                    .timeout(Duration.ofSeconds(1))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException | IllegalArgumentException notYet) {
            return false;
        }
    }

    private synchronized void stop() {
        try {
            process.destroy();
            if (!process.waitFor(STOP_LIMIT)) {
                process.destroyForcibly().waitFor();
            }
            Checkout.delete(folder);
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IOException undeleted) {
            LOG.atWarn().addKeyValue("folder", folder).setCause(undeleted).log("cannot delete");
        }
    }
}
