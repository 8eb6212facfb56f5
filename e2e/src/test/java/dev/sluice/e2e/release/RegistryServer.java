package dev.sluice.e2e.release;

import static org.awaitility.Awaitility.await;

import dev.sluice.cluster.binary.GoBinary;
import dev.sluice.e2e.cluster.Prerequisites;
import dev.sluice.e2e.stack.Loopback;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A real registry on loopback, without TLS, that is empty at first.
record RegistryServer(Process process, String address) implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static RegistryServer start(Path folder) throws IOException, InterruptedException {
        int port = Loopback.freePort();
        Path configuration =
                Files.writeString(folder.resolve("registry.yaml"), """
                version: 0.1
                log: {level: warn, accesslog: {disabled: true}}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: '127.0.0.1:%d', secret: of-a-test}
                """.formatted(folder.resolve("registry"), port));
        ProcessBuilder builder = new ProcessBuilder(
                        Prerequisites.program(GoBinary.REGISTRY).toString(), "serve", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("registry.log").toFile());
        builder.environment().put("OTEL_TRACES_EXPORTER", "none");
        RegistryServer server = new RegistryServer(builder.start(), "127.0.0.1:" + port);
        await().atMost(PATIENCE).until(() -> answers(port));
        return server;
    }

    private static boolean answers(int port) {
        try (Socket _ = connected(port)) {
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static Socket connected(int port) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
        return socket;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
