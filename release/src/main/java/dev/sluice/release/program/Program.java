package dev.sluice.release.program;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A program of this machine, run to its end in a folder.
///
/// @param command the program and its first arguments
public record Program(Path folder, List<String> command) {
    private static final int SHOWN_CHARACTERS = 4_000;

    public Program {
        command = List.copyOf(command);
    }

    /// The end of a run.
    ///
    /// @param output what it wrote to its standard output
    /// @param errors what it wrote to its standard error
    public record Outcome(int code, String output, String errors) {
        boolean isSuccess() {
            return code == 0;
        }

        /// The end of what it said of its failure.
        String reason() {
            String all = (errors + output).strip();
            return all.substring(Math.max(0, all.length() - SHOWN_CHARACTERS));
        }
    }

    /// Runs it with further arguments, and returns its standard output.
    ///
    /// @throws IOException if it ends with another code than 0; says what it wrote
    public String succeed(String... arguments) throws IOException, InterruptedException {
        Outcome outcome = run(arguments);
        if (!outcome.isSuccess()) {
            throw new IOException("`%s %s` ended with code %d:%n%s"
                    .formatted(
                            String.join(" ", command), String.join(" ", arguments), outcome.code(), outcome.reason()));
        }
        return outcome.output();
    }

    /// Runs it with further arguments, and with an empty standard input: it cannot wait for a person.
    public Outcome run(String... arguments) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(List.of(arguments));
        Path errors = Files.createTempFile("sluice-release", ".log");
        try {
            Process process = start(whole, errors);
            try {
                process.getOutputStream().close();
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return new Outcome(process.waitFor(), output, Files.readString(errors));
            } finally {
                process.destroyForcibly();
            }
        } finally {
            Files.delete(errors);
        }
    }

    private Process start(List<String> whole, Path errors) throws IOException {
        try {
            return new ProcessBuilder(whole)
                    .directory(folder.toFile())
                    .redirectError(errors.toFile())
                    .start();
        } catch (IOException missing) {
            throw new IOException(
                    "there is no program '%s'. Install it, or put it on the PATH.".formatted(whole.getFirst()),
                    missing);
        }
    }
}
