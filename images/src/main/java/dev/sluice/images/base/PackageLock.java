package dev.sluice.images.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The packages that images were last built with and looked at: name, architecture, version and SHA-256, one a line.
///
/// A mirror keeps only the current version of a package, so that a lock is behind as soon as Debian mends something.
public final class PackageLock {
    private static final String HEADER = """
            # Debian packages of the base layer and of other processors' Java: name, architecture, version, SHA-256.
            # Written by `bin/images --update-lock`.
            """;

    private final Map<String, String> entries;

    private PackageLock(Map<String, String> entries) {
        this.entries = new TreeMap<>(entries);
    }

    public static PackageLock read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new PackageLock(Map.of());
        }
        return new PackageLock(Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .collect(Collectors.toMap(PackageLock::key, line -> line)));
    }

    private static String key(String entry) {
        String[] fields = entry.split(" ", 3);
        return fields[0] + " " + fields[1];
    }

    boolean holds(DebianPackage candidate) {
        return candidate.toString().equals(entries.get(key(candidate.toString())));
    }

    /// How these packages differ from the lock, in sentences.
    public List<String> differences(List<DebianPackage> packages) {
        List<String> differences = new ArrayList<>();
        for (DebianPackage each : packages) {
            if (!holds(each)) {
                String locked = entries.get(key(each.toString()));
                differences.add(
                        locked == null
                                ? "not in the lock: " + each
                                : "expected %s, but the mirror serves %s".formatted(locked, each));
            }
        }
        return differences;
    }

    public void update(List<DebianPackage> packages, Path file) throws IOException {
        packages.forEach(each -> entries.put(key(each.toString()), each.toString()));
        Files.writeString(file, HEADER + String.join("\n", entries.values()) + "\n");
    }
}
