package dev.sluice.bench.rig;

import com.google.common.net.HostAndPort;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A picker of ours in a JVM of its own.
///
/// It ends when its standard input does, which is when this process is gone, however that came.
public final class ChildJvm implements AutoCloseable {
    private static final Pattern READY = Pattern.compile(" on port (?<value>\\d+)");
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final Path output;
    private final Process process;

    private ChildJvm(Path output, Process process) {
        this.output = output;
        this.process = process;
    }

    /// Starts `main` with the class path of this JVM and returns when it has printed the port on which it listens.
    ///
    /// @param flags the JVM's, which the picker runs with in production
    public static ChildJvm start(Class<?> main, List<String> flags, List<String> arguments) throws IOException {
        return start(new JvmCommand(flags, System.getProperty("java.class.path")), main, arguments);
    }

    /// Starts `main` and returns when it has printed the port on which it listens.
    static ChildJvm start(JvmCommand jvm, Class<?> main, List<String> arguments) throws IOException {
        List<String> command = jvm.running(main);
        command.addAll(arguments);
        Path output = Files.createTempFile("bench", ".log");
        output.toFile().deleteOnExit();
        ChildJvm child = new ChildJvm(
                output,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start());
        try {
            child.awaitReady();
            return child;
        } catch (IOException failed) {
            child.close();
            throw failed;
        }
    }

    /// For the child: returns when it is time to go.
    public static void awaitEndOfParent() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    public HostAndPort address() throws IOException {
        return HostAndPort.fromParts("127.0.0.1", Integer.parseInt(said(READY)));
    }

    /// The text that it has printed in the group `value` of a pattern.
    public String said(Pattern pattern) throws IOException {
        String all = Files.readString(output);
        Matcher line = pattern.matcher(all);
        if (!line.find()) {
            throw new IOException("a picker does not say \"%s\":%n%s".formatted(pattern, all));
        }
        return line.group("value");
    }

    /// All that it has printed.
    String log() throws IOException {
        return Files.readString(output);
    }

    public long pid() {
        return process.pid();
    }

    @Override
    public void close() throws IOException {
        // It has nothing to finish: what was measured is measured.
        process.destroyForcibly().onExit().join();
        Files.deleteIfExists(output);
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        try {
            while (!READY.matcher(Files.readString(output)).find()) {
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
