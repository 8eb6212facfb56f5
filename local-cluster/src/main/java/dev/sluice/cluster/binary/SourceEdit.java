package dev.sluice.cluster.binary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A change of a program's sources for one build, made in a copy of its module.
///
/// @param module where the files are
/// @param files relative to the module
/// @param replacements each file must have at least one of these texts
record SourceEdit(String module, List<String> files, Map<String, String> replacements) {
    static final SourceEdit NONE = new SourceEdit("", List.of(), Map.of());

    SourceEdit {
        files = List.copyOf(files);
        replacements = Map.copyOf(replacements);
    }

    boolean isNone() {
        return files.isEmpty();
    }

    /// Copies the module with the changes made, and returns the copy.
    Path copy(Path sources, Path target) throws IOException {
        try (Stream<Path> tree = Files.walk(sources)) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                Path copy = target.resolve(sources.relativize(file));
                Files.createDirectories(copy.getParent());
                // Bytes and not files: the toolchain's are write-protected.
                Files.write(copy, Files.readAllBytes(file));
            }
        }
        for (String file : files) {
            String text = Files.readString(sources.resolve(file));
            String edited = text;
            for (var replacement : replacements.entrySet()) {
                edited = edited.replace(replacement.getKey(), replacement.getValue());
            }
            if (edited.equals(text)) {
                throw new IOException("%s of %s has nothing to replace".formatted(file, module));
            }
            Files.writeString(target.resolve(file), edited);
        }
        return target;
    }

    /// Differs when what is built differs.
    String fingerprint() {
        String text = replacements.entrySet().stream()
                .map(entry -> entry.getKey() + entry.getValue())
                .sorted()
                .collect(Collectors.joining());
        return "%08x".formatted((files + text).hashCode());
    }
}
