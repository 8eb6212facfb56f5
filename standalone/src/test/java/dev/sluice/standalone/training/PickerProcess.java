package dev.sluice.standalone.training;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A `sluice picker` in a JVM of its own.
public final class PickerProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Pattern PORT = Pattern.compile("port (\\d+)");
    private static final Pattern ADMIN_PORT = Pattern.compile("http://localhost:(\\d+)");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s*(\\d+) kB");

    private final Process process;
    private final int grpcPort;
    private final int healthPort;
    private final int adminPort;
    private final Duration cpuAtStart;

    private PickerProcess(Process process, BufferedReader lines) throws IOException {
        this.process = process;
        this.grpcPort = number(PORT, lines.readLine());
        this.healthPort = number(PORT, lines.readLine());
        this.adminPort = number(ADMIN_PORT, lines.readLine());
        this.cpuAtStart = process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /// Starts the command with these arguments more, and returns when it has told its ports.
    ///
    /// @param sluice the JVM, its flags and the main class
    /// @param log where its standard error goes
    public static PickerProcess start(List<String> sluice, Path folder, List<String> arguments, Path log)
            throws IOException {
        List<String> command = new ArrayList<>(sluice);
        command.add("picker");
        command.add(folder.toString());
        command.addAll(arguments);
        Process process =
                new ProcessBuilder(command).redirectError(log.toFile()).start();
        try {
            return new PickerProcess(process, process.inputReader());
        } catch (IOException | RuntimeException failed) {
            process.destroyForcibly();
            throw failed;
        }
    }

    private static int number(Pattern pattern, String text) throws IOException {
        Matcher matcher = pattern.matcher(text == null ? "" : text);
        if (!matcher.find()) {
            throw new IOException("the picker did not start; it printed: " + text);
        }
        return Integer.parseInt(matcher.group(1));
    }

    public int grpcPort() {
        return grpcPort;
    }

    public int healthPort() {
        return healthPort;
    }

    public int adminPort() {
        return adminPort;
    }

    /// Resident memory in megabytes.
    public double residentMegabytes() throws IOException {
        return number(RESIDENT, Files.readString(Path.of("/proc", Long.toString(process.pid()), "status"))) / 1024.0;
    }

    /// The CPU time that it had taken when it told its ports.
    public Duration cpuAtStart() {
        return cpuAtStart;
    }

    /// Tells the process to end, and waits until it has.
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
