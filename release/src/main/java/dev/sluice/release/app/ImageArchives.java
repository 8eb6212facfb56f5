package dev.sluice.release.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.release.content.ImageIndex;
import dev.sluice.release.program.Registry;
import dev.sluice.release.version.SemanticVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The output of `bin/images`: of each image an archive for each processor, and beside it what is told of it.
///
/// @param architectures such as `amd64`; every image is there for each
record ImageArchives(Path folder, List<String> architectures) {
    static final List<String> NAMES = List.of("operator", "endpoint-picker", "simulator", "sluice");

    /// The files that stand beside an archive and are released as they are.
    static final List<String> EVIDENCE = List.of(".cdx.json", ".provenance.json");

    private static final List<String> KNOWN_ARCHITECTURES = List.of("amd64", "arm64");

    /// @throws IOException if there is an image without its archive, or a file is missing beside one
    static ImageArchives in(Path folder) throws IOException {
        List<String> architectures = KNOWN_ARCHITECTURES.stream()
                .filter(each -> NAMES.stream().anyMatch(name -> Files.exists(file(folder, name, each, ".tar"))))
                .toList();
        if (architectures.isEmpty()) {
            throw new IOException("there are no archives of images in '%s'. `bin/images --output %s` makes them."
                    .formatted(folder, folder));
        }
        for (String architecture : architectures) {
            for (String name : NAMES) {
                List<String> suffixes = new ArrayList<>(List.of(".tar", ".digest"));
                suffixes.addAll(EVIDENCE);
                for (String suffix : suffixes) {
                    Path file = file(folder, name, architecture, suffix);
                    if (!Files.isReadable(file)) {
                        throw new IOException("%s is missing. `bin/images --arch %s --output %s` makes it."
                                .formatted(file, architecture, folder));
                    }
                }
            }
        }
        return new ImageArchives(folder, architectures);
    }

    /// Sees that archives are what their digests say, and were made from a commit.
    void check(Registry registry, String revision) throws IOException, InterruptedException {
        for (String name : NAMES) {
            for (String architecture : architectures) {
                String made = revision(file(folder, name, architecture, ".provenance.json"));
                if (!made.equals(revision)) {
                    throw new IOException(
                            "the image %s for %s in '%s' was made from %s, and %s is checked out. Run `bin/images --output %s` anew."
                                    .formatted(name, architecture, folder, made, revision, folder));
                }
                String told = digest(name, architecture);
                String found = registry.local(archive(name, architecture)).digest();
                if (!found.equals(told)) {
                    throw new IOException("%s has the digest %s, and its .digest says %s. Run `bin/images` anew."
                            .formatted(archive(name, architecture), found, told));
                }
            }
        }
    }

    /// Lays all processors' images into one layout, and returns the index that leads to them.
    ///
    /// @param layout a folder of this image alone
    ImageIndex lay(String name, Path layout, Registry registry, SemanticVersion version, String revision)
            throws IOException, InterruptedException {
        List<ImageIndex.Manifest> manifests = new ArrayList<>();
        for (String architecture : architectures) {
            String target = "oci:%s:%s".formatted(layout, architecture);
            registry.unpack(archive(name, architecture), target);
            Registry.Local manifest = registry.local(target);
            if (!manifest.digest().equals(digest(name, architecture))) {
                throw new IOException("skopeo changed %s to %s".formatted(digest(name, architecture), manifest));
            }
            manifests.add(new ImageIndex.Manifest(architecture, manifest.digest(), manifest.size()));
        }
        ImageIndex index = ImageIndex.of(manifests, version, revision);
        Files.write(layout.resolve("blobs").resolve(index.digest().replace(':', '/')), index.bytes());
        Files.writeString(layout.resolve("index.json"), index.layout("index"));
        return index;
    }

    String digest(String name, String architecture) throws IOException {
        return Files.readString(file(folder, name, architecture, ".digest")).strip();
    }

    /// The bill of materials of an image for one processor.
    Path bill(String name, String architecture) {
        return file(folder, name, architecture, ".cdx.json");
    }

    /// The predicate of an image's provenance: how it was made, without which image that is.
    String provenance(String name, String architecture) throws IOException {
        return new ObjectMapper()
                .readTree(file(folder, name, architecture, ".provenance.json").toFile())
                .path("predicate")
                .toString();
    }

    private String archive(String name, String architecture) {
        return "oci-archive:" + file(folder, name, architecture, ".tar");
    }

    static Path file(Path folder, String name, String architecture, String suffix) {
        return folder.resolve(name + "-" + architecture + suffix);
    }

    private static String revision(Path provenance) throws IOException {
        for (JsonNode each : new ObjectMapper()
                .readTree(provenance.toFile())
                .path("predicate")
                .path("buildDefinition")
                .path("resolvedDependencies")) {
            JsonNode commit = each.path("digest").path("gitCommit");
            if (commit.isTextual()) {
                return commit.asText();
            }
        }
        throw new IOException(provenance + " names no commit");
    }
}
