package dev.sluice.images.training;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A program under training: a process of the image's runtime and jars.
final class Trainee implements AutoCloseable {
    /// On a busy machine the JVM takes minutes to write its cache.
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Process process;
    private final Path log;

    private Trainee(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static Trainee start(List<String> java, List<String> arguments, Map<String, String> environment, Path log)
            throws IOException {
        List<String> command = new ArrayList<>(java);
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new Trainee(builder.start(), log);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /// Waits until this page answers with 200.
    void await(URI page) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!answers(page)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException("it did not come to serve " + page + "; " + log + " says why");
            }
            Thread.sleep(PAUSE);
        }
    }

    private static boolean answers(URI page) throws InterruptedException {
        try {
            return get(page) == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    static int get(URI page) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    /// Tells the process to end, and waits until it has, and has written what it learnt.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
