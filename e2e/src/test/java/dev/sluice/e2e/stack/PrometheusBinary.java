package dev.sluice.e2e.stack;

import dev.sluice.standalone.envoy.Checkout;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The Prometheus server of this machine: `$PROMETHEUS`, else `prometheus` on the `PATH`, else the one in Debian's
/// package, which `apt-get download` brings once into a folder of the checkout that git ignores.
///
/// `apt-get download` and `dpkg -x` rather than `apt-get install`: they need no root, and start no service.
public final class PrometheusBinary {
    private static final int MINUTES = 5;

    private PrometheusBinary() {}

    /// @throws IOException when there is none; the message says what was tried
    public static Path locate() throws IOException, InterruptedException {
        String named = System.getenv().getOrDefault("PROMETHEUS", "");
        if (!named.isBlank()) {
            Path binary = Path.of(named);
            if (!Files.isExecutable(binary)) {
                throw new IOException("$PROMETHEUS names %s, which is no executable file".formatted(named));
            }
            return binary;
        }
        Optional<Path> installed = Stream.of(
                        System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "prometheus"))
                .filter(Files::isExecutable)
                .findFirst();
        return installed.isPresent() ? installed.get() : fromPackage();
    }

    /// Two processes may come here at once: one downloads, the other waits and finds the result.
    private static synchronized Path fromPackage() throws IOException, InterruptedException {
        Path tools = Files.createDirectories(Checkout.root().resolve(".tools"));
        Path binary = tools.resolve("prometheus");
        try (FileChannel channel = FileChannel.open(
                        tools.resolve("prometheus.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            if (!Files.isExecutable(binary)) {
                Path work = Files.createTempDirectory(tools, "prometheus");
                try {
                    bring(work, binary);
                } finally {
                    delete(work);
                }
            }
        }
        return binary;
    }

    private static void bring(Path work, Path binary) throws IOException, InterruptedException {
        try {
            run(work, "apt-get", "download", "prometheus");
        } catch (IOException noLists) {
            // A fresh machine has no lists of packages.
            run(work, "apt-get", "update");
            run(work, "apt-get", "download", "prometheus");
        }
        Path archive;
        try (Stream<Path> files = Files.list(work)) {
            archive = files.filter(file -> file.toString().endsWith(".deb"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("apt-get brought no package"));
        }
        run(work, "dpkg", "-x", archive.toString(), work.resolve("unpacked").toString());
        Files.move(work.resolve("unpacked/usr/bin/prometheus"), binary, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void run(Path work, String... command) throws IOException, InterruptedException {
        Path log = work.resolve("log");
        Process process = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IOException("No Prometheus: neither $PROMETHEUS nor the PATH names one, and `%s` failed:%n%s"
                        .formatted(String.join(" ", command), Files.readString(log)));
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
