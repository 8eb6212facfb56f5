package dev.sluice.e2e.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A virtual environment of Python has pinned packages, in the cache folder of this machine's user. Its name
/// changes with the pins, so that checkouts share it and a change of them is a new one.
public final class PythonEnvironment {
    private static final int PATIENCE_SECONDS = 900;

    private PythonEnvironment() {}

    /// Its interpreter. The first call on a machine downloads the packages.
    ///
    /// @param pins the resource that lists all packages with their versions
    public static Path of(String name, String pins) throws IOException, InterruptedException {
        PinnedRequirements list = PinnedRequirements.of(pins);
        Path folder = cache().resolve(name + "-" + list.fingerprint());
        Path python = folder.resolve("bin/python");
        Path complete = folder.resolve("complete");
        if (!Files.exists(complete)) {
            new Program(List.of("python3", "-m", "venv", "--clear", folder.toString()), PATIENCE_SECONDS)
                    .run(0, List.of());
            List<String> install = new ArrayList<>(List.of("install", "--quiet", "--disable-pip-version-check"));
            install.addAll(list.arguments(folder));
            new Program(List.of(python.toString(), "-m", "pip"), PATIENCE_SECONDS).run(0, install);
            Files.createFile(complete);
        }
        return python;
    }

    private static Path cache() {
        String named = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
        Path cache = named.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(named);
        return cache.resolve("sluice");
    }
}
