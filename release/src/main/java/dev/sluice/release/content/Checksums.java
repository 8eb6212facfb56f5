package dev.sluice.release.content;

import java.util.SortedMap;
import java.util.stream.Collectors;

/// Checksums of files as `sha256sum --check` reads them.
public final class Checksums {
    public static final String FILE = "SHA256SUMS";

    private Checksums() {}

    /// @param hashes of the files, by their names
    public static String of(SortedMap<String, String> hashes) {
        return hashes.entrySet().stream()
                .map(each -> each.getValue() + "  " + each.getKey() + "\n")
                .collect(Collectors.joining());
    }
}
