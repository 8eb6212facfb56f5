package dev.sluice.e2e.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A command that is run to its end.
///
/// @param command the program and its first arguments
/// @param patience how many seconds it may take
public record Program(List<String> command, int patience) {
    public Program {
        command = List.copyOf(command);
    }

    /// Runs it with further arguments, and returns its standard output.
    ///
    /// @param most the greatest exit code that is no fault: judges tell by theirs that they found something
    public String run(int most, List<String> arguments) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(arguments);
        Path errors = Files.createTempFile("sluice-judge", ".log");
        Process process =
                new ProcessBuilder(whole).redirectError(errors.toFile()).start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(patience, TimeUnit.SECONDS) || process.exitValue() > most) {
                throw new IOException("%s failed:%n%s%n%s".formatted(whole, output, Files.readString(errors)));
            }
            return output;
        } finally {
            process.destroyForcibly();
            Files.delete(errors);
        }
    }
}
