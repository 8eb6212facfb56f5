package dev.sluice.e2e.stack;

import dev.sluice.standalone.folder.BrokenFileException;
import dev.sluice.standalone.folder.Folder;
import dev.sluice.standalone.folder.ResourceSet;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// YAML as the operator and the picker see it.
public record Resources(ResourceSet set)
        implements dev.sluice.operator.resolve.resources.Resources, dev.sluice.picker.kube.Resources {

    public static Resources of(String yaml) {
        try {
            Path folder = Files.createTempDirectory("sluice-e2e");
            Path file = folder.resolve("test.yaml");
            try {
                Files.writeString(file, yaml);
                return new Resources(Folder.read(folder));
            } catch (BrokenFileException broken) {
                throw new IllegalArgumentException(broken.getMessage() + "\n" + yaml, broken);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public <T extends HasMetadata> List<T> all(Class<T> kind) {
        return set.all(kind);
    }
}
