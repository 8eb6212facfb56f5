package dev.sluice.images.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A program of this machine, run to its end.
public final class Program {
    private static final int SHOWN_CHARACTERS = 4_000;

    private Program() {}

    /// Runs it, and returns what it printed.
    ///
    /// @throws IOException if it cannot be started, or ends with another code than 0; says what it printed
    public static String run(Path folder, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                String shown = output.substring(Math.max(0, output.length() - SHOWN_CHARACTERS));
                throw new IOException("`%s` ended with code %d:%n%s".formatted(String.join(" ", command), code, shown));
            }
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    public static String run(Path folder, List<String> command) throws IOException, InterruptedException {
        return run(folder, Map.of(), command);
    }
}
