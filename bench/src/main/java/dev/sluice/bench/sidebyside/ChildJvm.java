package dev.sluice.bench.sidebyside;

import com.google.common.net.HostAndPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A picker of ours in a JVM of its own, with the flags and the class path of this one.
///
/// It ends when its standard input does, which is when this process is gone, however that came.
public final class ChildJvm implements AutoCloseable {
    private static final String READY = "listening on ";
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final Path output;
    private final Process process;

    private ChildJvm(Path output, Process process) {
        this.output = output;
        this.process = process;
    }

    /// Starts `main` and returns when it listens.
    ///
    /// @param flags the JVM's, which the picker runs with in production
    public static ChildJvm start(Class<?> main, List<String> flags, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        Path output = Files.createTempFile("side-by-side", ".log");
        ChildJvm child = new ChildJvm(
                output,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start());
        try {
            child.awaitAddress();
            return child;
        } catch (IOException failed) {
            child.close();
            throw failed;
        }
    }

    /// For the child: says where it listens, and returns when it is time to go.
    public static void serveUntilParentEnds(int port) throws IOException {
        System.out.println(READY + HostAndPort.fromParts("127.0.0.1", port));
        while (System.in.read() >= 0) {
            // Nobody has anything to say here.
        }
    }

    public HostAndPort address() throws IOException {
        try (var lines = Files.lines(output)) {
            return lines.filter(line -> line.startsWith(READY))
                    .findFirst()
                    .map(line -> HostAndPort.fromString(line.substring(READY.length())))
                    .orElseThrow(() -> new IOException("not listening yet"));
        }
    }

    public long pid() {
        return process.pid();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(output);
    }

    private void awaitAddress() throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        try {
            while (!Files.readString(output).contains(READY)) {
                if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                    throw new IOException("a picker ended with status %d:%n%s"
                            .formatted(process.exitValue(), Files.readString(output)));
                }
                if (System.nanoTime() > deadline) {
                    throw new IOException("a picker did not start:\n" + Files.readString(output));
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a picker started", interrupted);
        }
    }
}
