package dev.sluice.e2e.stack;

import dev.sluice.standalone.app.Sluice;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `sluice picker DIR` as a process of its own, with TLS, the heap that it has by default and one processor's worth of
/// garbage collector.
public final class PickerProcess implements AutoCloseable {
    private static final Pattern SERVING = Pattern.compile(" on port (\\d+).*metrics on (\\S+)", Pattern.DOTALL);
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-Xms128m",
            "-Xmn48m",
            "-Xmx384m",
            "-XX:+UseCompactObjectHeaders",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");
    private static final int START_SECONDS = 60;

    private final Path folder;
    private final Path output;
    private final Process process;
    private final int port;
    private final URI admin;

    private PickerProcess(Path folder, Path output, Process process, Matcher serving) {
        this.folder = folder;
        this.output = output;
        this.process = process;
        this.port = Integer.parseInt(serving.group(1));
        this.admin = URI.create(serving.group(2));
    }

    /// Starts one that knows the resources of a YAML text.
    ///
    /// @param pool the pool of streams that name none
    public static PickerProcess start(String yaml, String pool) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("picker");
        Files.writeString(folder.resolve("resources.yaml"), yaml);
        Path output = Files.createTempFile("picker", ".log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Sluice.class.getName(), "picker"));
        command.addAll(List.of(folder.toString(), "--pool-name", pool, "--secure-serving", "true"));
        command.addAll(List.of("--grpc-port", "0", "--grpc-health-port", "0", "--metrics-port", "0"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            Matcher serving = SERVING.matcher(Files.readString(output));
            if (serving.find()) {
                return new PickerProcess(folder, output, process, serving);
            }
            if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IOException("the picker does not serve:\n" + Files.readString(output));
            }
        }
    }

    public InetSocketAddress grpc() {
        return new InetSocketAddress("127.0.0.1", port);
    }

    /// A client of its metrics; the caller closes it.
    public Client admin() {
        return new Client(admin);
    }

    /// The sum of the samples of a family.
    public static double metric(String page, String family) {
        return page.lines()
                .filter(line -> line.startsWith(family + "{") || line.startsWith(family + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /// What it has logged.
    public String log() throws IOException {
        return Files.readString(output);
    }

    /// What it has in main memory, in bytes.
    public long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow()
                << 10;
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        Files.deleteIfExists(output);
        Files.deleteIfExists(folder.resolve("resources.yaml"));
        Files.deleteIfExists(folder);
    }
}
