package dev.sluice.e2e.stack;

import dev.sluice.standalone.envoy.Checkout;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A pinned Python package with what it needs, installed once into a folder of the checkout that git ignores.
///
/// `pip install --target` touches no Python of the machine, so that it works with externally managed ones too.
///
/// @param name of the package, and of its list in `clients/`
public record PythonPackage(String name) {
    private static final int INSTALL_MINUTES = 5;

    /// The folder to put on `PYTHONPATH`.
    public Path install() throws IOException, InterruptedException {
        Path tools = Files.createDirectories(Checkout.root().resolve(".tools"));
        PinnedRequirements pins = PinnedRequirements.of("clients/%s.txt".formatted(name));
        Path installed = tools.resolve(name + "-" + pins.fingerprint());
        try (FileChannel channel = FileChannel.open(
                        tools.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            if (!Files.isDirectory(installed)) {
                Path work = Files.createTempDirectory(tools, name);
                pip(work.resolve("packages"), pins.arguments(work), work.resolve("pip.log"));
                Files.move(work.resolve("packages"), installed, StandardCopyOption.ATOMIC_MOVE);
                Files.delete(work.resolve("requirements.txt"));
                Files.delete(work.resolve("pip.log"));
                Files.delete(work);
            }
        }
        return installed;
    }

    private void pip(Path target, List<String> pins, Path log) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "python3",
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--only-binary=:all:",
                "--target",
                target.toString()));
        command.addAll(pins);
        Process pip = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!pip.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES) || pip.exitValue() != 0) {
                throw new IOException("pip cannot install " + name + ":\n" + Files.readString(log));
            }
        } finally {
            pip.destroyForcibly();
        }
    }
}
