package dev.sluice.e2e.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.cluster.process.ChildProcess;
import dev.sluice.e2e.stack.Client;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One engine's server as a group of processes, which ends with this JVM however it ends. It can be killed,
/// stopped in its tracks and started again in its place.
final class EngineServer implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(8);

    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private final EnginePorts ports;
    private final Client http;
    private ChildProcess process;

    /// @param arguments further ones, after those of its kind
    EngineServer(EngineKind kind, Path python, EngineModel model, EnginePorts ports, List<String> arguments)
            throws IOException {
        this.ports = ports;
        command = new ArrayList<>(List.of(
                "nice",
                "-n",
                "10",
                python.toString(),
                EngineModel.script("group.py").toString()));
        command.addAll(kind.command(python, model, ports));
        command.addAll(arguments);
        environment = new HashMap<>(kind.environment(model));
        environment.putAll(Map.of(
                "PATH",
                python.getParent() + ":" + System.getenv("PATH"),
                "HOME",
                System.getProperty("user.home"),
                "OMP_NUM_THREADS",
                "1",
                // All it needs is here.
                "HF_HUB_OFFLINE",
                "1",
                "TRANSFORMERS_OFFLINE",
                "1"));
        log = model.folder().resolve("engine-" + ports.http() + ".log");
        http = new Client(ports.url());
        process = launch();
    }

    /// The name by which the picker knows it.
    String address() {
        return EnginePorts.HOST + ":" + ports.http();
    }

    /// A client that goes past the gateway.
    Client http() {
        return http;
    }

    JsonNode get(String path) {
        return read(http.get(path));
    }

    JsonNode post(String path, String body) {
        return read(http.post(path, body));
    }

    /// Serves an adapter under its own name from now on.
    void load(EngineModel model, String adapter) {
        HttpResponse<String> loaded = http.post(
                "/v1/load_lora_adapter",
                "{\"lora_name\":\"%s\",\"lora_path\":\"%s\"}".formatted(adapter, model.adapter(adapter)));
        if (loaded.statusCode() != 200) {
            throw new IllegalStateException(loaded.body());
        }
    }

    /// All that it has said.
    String log() throws IOException {
        return Files.readString(log);
    }

    /// Waits until it serves: a minute or two, of which most goes into Python's imports.
    void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!answersHealth()) {
            if (!process.isAlive()) {
                throw new IOException("the engine has ended: " + process.tail());
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("the engine does not serve after %s: %s".formatted(PATIENCE, process.tail()));
            }
            Thread.sleep(500);
        }
    }

    /// SIGKILL to all of it, as when its container ends.
    void kill() throws IOException, InterruptedException {
        signal("KILL");
        var _ = process.exit().join();
    }

    /// It answers nothing from now on, while its connections stay open.
    void suspend() throws IOException, InterruptedException {
        signal("STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    /// Starts it again, with the same ports and nothing cached.
    void restart() throws IOException, InterruptedException {
        if (process.isAlive()) {
            throw new IllegalStateException("it still runs");
        }
        process = launch();
        awaitReady();
    }

    @Override
    public void close() {
        http.close();
        process.stop(GRACE);
    }

    private ChildProcess launch() throws IOException {
        return ChildProcess.start(command, environment, log.getParent(), log);
    }

    private boolean answersHealth() {
        try {
            return http.get("/health").statusCode() == 200;
        } catch (UncheckedIOException | AssertionError notYet) {
            return false;
        }
    }

    /// The group is named by its first process, which is the only child of the one that was started.
    private void signal(String name) throws IOException, InterruptedException {
        long group = ProcessHandle.of(process.pid())
                .orElseThrow()
                .children()
                .findFirst()
                .orElseThrow()
                .pid();
        int status = new ProcessBuilder("kill", "-" + name, "--", "-" + group)
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill -%s -%d: %d".formatted(name, group, status));
        }
    }

    private static JsonNode read(HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            throw new IllegalStateException(response.statusCode() + " " + response.body());
        }
        try {
            return JSON.readTree(response.body());
        } catch (IOException malformed) {
            throw new UncheckedIOException(response.body(), malformed);
        }
    }
}
