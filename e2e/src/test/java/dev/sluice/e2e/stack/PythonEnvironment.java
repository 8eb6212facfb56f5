package dev.sluice.e2e.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/// A virtual environment of Python has pinned packages, in the cache folder of this machine's user. Its name
/// changes with the pins, so that checkouts share it and a change of them is a new one.
public final class PythonEnvironment {
    private static final int PATIENCE_SECONDS = 900;

    private PythonEnvironment() {}

    /// Its interpreter. The first call on a machine downloads the packages.
    ///
    /// @param pins the resource that lists all packages with their versions
    public static Path of(String name, String pins) throws IOException, InterruptedException {
        byte[] list = read(pins);
        Path folder = cache().resolve(name + "-" + fingerprint(list));
        Path python = folder.resolve("bin/python");
        Path complete = folder.resolve("complete");
        if (!Files.exists(complete)) {
            new Program(List.of("python3", "-m", "venv", "--clear", folder.toString()), PATIENCE_SECONDS)
                    .run(0, List.of());
            Path requirements = Files.write(folder.resolve("requirements.txt"), list);
            new Program(List.of(python.toString(), "-m", "pip"), PATIENCE_SECONDS)
                    .run(
                            0,
                            List.of(
                                    "install",
                                    "--quiet",
                                    "--disable-pip-version-check",
                                    "--no-deps",
                                    "--requirement",
                                    requirements.toString()));
            Files.createFile(complete);
        }
        return python;
    }

    private static byte[] read(String resource) throws IOException {
        try (var in = Objects.requireNonNull(
                PythonEnvironment.class.getClassLoader().getResourceAsStream(resource), resource)) {
            return in.readAllBytes();
        }
    }

    private static Path cache() {
        String named = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
        Path cache = named.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(named);
        return cache.resolve("sluice");
    }

    private static String fingerprint(byte[] list) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(list), 0, 4);
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }
}
