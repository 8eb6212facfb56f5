package dev.sluice.images.base;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.sluice.images.component.Architecture;
import dev.sluice.images.process.Hash;
import dev.sluice.images.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// An image of one layer in the format of `docker save`, the only one that Jib reads links from.
final class BaseArchive {
    private static final List<String> REPRODUCIBLE =
            List.of("--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--format=gnu");

    private final ObjectMapper json = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    private final Path folder;
    private final Architecture architecture;

    BaseArchive(Path folder, Architecture architecture) {
        this.folder = folder;
        this.architecture = architecture;
    }

    Path write(Path root) throws IOException, InterruptedException {
        Files.deleteIfExists(folder.resolve("layer.tar"));
        tar(List.of("--create", "--file=layer.tar", "--mode=go-w", "--exclude=./tmp", "--directory=" + root, "."));
        // Everybody's, and only this folder.
        tar(List.of("--append", "--file=layer.tar", "--mode=1777", "--directory=" + root, "./tmp"));
        json.writeValue(
                folder.resolve("config.json").toFile(),
                Map.of(
                        "architecture",
                        architecture.id(),
                        "os",
                        "linux",
                        "config",
                        Map.of(),
                        "rootfs",
                        Map.of(
                                "type",
                                "layers",
                                "diff_ids",
                                List.of("sha256:" + Hash.sha256(folder.resolve("layer.tar")))),
                        "history",
                        List.of(Map.of("created_by", "bin/images: files of Debian packages"))));
        json.writeValue(
                folder.resolve("manifest.json").toFile(),
                List.of(Map.of("Config", "config.json", "RepoTags", List.of(), "Layers", List.of("layer.tar"))));
        tar(List.of("--create", "--file=base.tar", "manifest.json", "config.json", "layer.tar"));
        return folder.resolve("base.tar");
    }

    private void tar(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("tar"));
        command.addAll(REPRODUCIBLE);
        command.addAll(arguments);
        Program.run(folder, command);
    }
}
