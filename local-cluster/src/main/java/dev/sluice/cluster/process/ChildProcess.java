package dev.sluice.cluster.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// A running program whose output goes to a file.
public final class ChildProcess {
    private static final int TAIL = 4000;

    /// An interrupt from the terminal is for this JVM, which then ends its programs in the right order.
    private static final List<String> OWN_SESSION = Stream.of("/usr/bin/setsid", "/bin/setsid")
            .filter(path -> Files.isExecutable(Path.of(path)))
            .limit(1)
            .toList();

    private final Process process;
    private final Path log;

    private ChildProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /// @param environment all of it: nothing is inherited, so that runs do not depend on who starts them
    public static ChildProcess start(List<String> command, Map<String, String> environment, Path folder, Path log)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Stream.concat(OWN_SESSION.stream(), command.stream()).toList())
                .directory(folder.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        ProcessGuard.watch(process);
        return new ChildProcess(process, log);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// Completes with the exit status; that of a killed process is 128 and the signal's number.
    public CompletableFuture<Integer> exit() {
        return process.onExit().thenApply(Process::exitValue);
    }

    /// Asks it to end: SIGTERM.
    public void terminate() {
        process.destroy();
    }

    /// Ends it at once: SIGKILL.
    public void kill() {
        process.destroyForcibly();
    }

    /// Asks it to end, kills it when it has not within that time, and returns when it has ended.
    public void stop(Duration grace) {
        terminate();
        try {
            if (!process.waitFor(grace)) {
                kill();
                process.waitFor();
            }
        } catch (InterruptedException interrupted) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    /// The end of what it has said so far.
    public String tail() {
        try {
            byte[] all = Files.readAllBytes(log);
            int length = Math.min(all.length, TAIL);
            return new String(all, all.length - length, length, StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
