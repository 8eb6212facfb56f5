package dev.sluice.e2e.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/// A list of Python packages with their versions and the hashes of their files, which pip holds downloads to.
///
/// `pip-compile --generate-hashes` writes such lists; one of them has the files for every processor and Python.
public final class PinnedRequirements {
    private final byte[] list;

    private PinnedRequirements(byte[] list) {
        this.list = list;
    }

    /// @param resource its name on the class path
    public static PinnedRequirements of(String resource) throws IOException {
        try (var in = Objects.requireNonNull(
                PinnedRequirements.class.getClassLoader().getResourceAsStream(resource), resource)) {
            return new PinnedRequirements(in.readAllBytes());
        }
    }

    /// Differs when what is installed differs.
    public String fingerprint() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(list), 0, 4);
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }

    /// The arguments by which `pip install` takes these packages and no others.
    ///
    /// @param folder gets the list as a file
    public List<String> arguments(Path folder) throws IOException {
        Path file = Files.write(folder.resolve("requirements.txt"), list);
        return List.of("--no-deps", "--require-hashes", "--requirement", file.toString());
    }
}
