package dev.sluice.bench.placement;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/// Commands that a user gave, run by `sh`.
final class Shell {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private Shell() {}

    /// Returns when the command has ended; what it left in the background goes on.
    ///
    /// @return the number in its last line of output, where that is one
    static OptionalLong run(String command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("placement", ".log");
        try {
            Process shell = new ProcessBuilder("sh", "-c", command)
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!shell.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                shell.destroyForcibly();
                throw new IOException("the command has not ended after %d s; start what stays with & behind it: %s"
                        .formatted(LIMIT.toSeconds(), command));
            }
            String said = Files.readString(output);
            if (shell.exitValue() != 0) {
                throw new IOException(
                        "the command ended with status %d: %s%n%s".formatted(shell.exitValue(), command, said));
            }
            return number(said.strip().lines().reduce("", (_, line) -> line).strip());
        } finally {
            Files.delete(output);
        }
    }

    private static OptionalLong number(String line) {
        return line.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(line)) : OptionalLong.empty();
    }
}
