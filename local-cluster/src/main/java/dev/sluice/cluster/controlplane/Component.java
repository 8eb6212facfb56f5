package dev.sluice.cluster.controlplane;

import dev.sluice.cluster.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A program of the control plane, which can be stopped and started again with the same data.
public final class Component implements AutoCloseable {
    /// Says whether the program serves; what it throws means the same as `false`.
    interface Readiness {
        boolean isReady() throws IOException;
    }

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int POLL_MILLIS = 50;

    private final String name;
    private final List<String> command;
    private final Path folder;
    private final Readiness readiness;
    private @Nullable ChildProcess process;

    Component(String name, List<String> command, Path folder, Readiness readiness) {
        this.name = name;
        this.command = List.copyOf(command);
        this.folder = folder;
        this.readiness = readiness;
    }

    /// Starts it and returns when it serves.
    public synchronized void start() throws IOException, InterruptedException {
        ChildProcess started =
                ChildProcess.start(command, Map.of("HOME", folder.toString()), folder, folder.resolve(name + ".log"));
        process = started;
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!isReady()) {
            if (!started.isAlive()) {
                throw new IOException("%s ended:%n%s".formatted(name, started.tail()));
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("%s is not ready after %s:%n%s".formatted(name, START_LIMIT, started.tail()));
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    /// Ends it as a crash would: what it had acknowledged is kept all the same.
    public synchronized void stop() {
        if (process != null) {
            process.stop(Duration.ZERO);
            process = null;
        }
    }

    @Override
    public void close() {
        stop();
    }

    /// The process, for measurements.
    public synchronized long pid() {
        return Objects.requireNonNull(process, name + " does not run").pid();
    }

    private boolean isReady() {
        try {
            return readiness.isReady();
        } catch (IOException notYet) {
            return false;
        }
    }
}
