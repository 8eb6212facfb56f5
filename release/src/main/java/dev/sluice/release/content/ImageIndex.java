package dev.sluice.release.content;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.release.version.SemanticVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The index of an image: its manifest for each processor. The same manifests give the same bytes.
///
/// @param content as a registry gets it
public record ImageIndex(String content) {
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    /// The manifest for one processor.
    ///
    /// @param architecture such as `amd64`
    public record Manifest(String architecture, String digest, long size) {}

    /// @param revision the commit of the sources
    public static ImageIndex of(List<Manifest> manifests, SemanticVersion version, String revision) {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (Manifest each : manifests) {
            Map<String, Object> entry = descriptor(MANIFEST, each.digest(), each.size());
            Map<String, Object> platform = new LinkedHashMap<>();
            platform.put("architecture", each.architecture());
            platform.put("os", "linux");
            entry.put("platform", platform);
            entries.add(entry);
        }
        Map<String, Object> annotations = new LinkedHashMap<>();
        annotations.put("org.opencontainers.image.revision", revision);
        annotations.put("org.opencontainers.image.version", version.toString());
        Map<String, Object> index = index(entries);
        index.put("annotations", annotations);
        return new ImageIndex(json(index));
    }

    /// The entry file of an OCI layout that leads to this index under a name.
    public String layout(String name) {
        byte[] bytes = bytes();
        Map<String, Object> entry = descriptor(INDEX, Sha256.digest(bytes), bytes.length);
        entry.put("annotations", Map.of("org.opencontainers.image.ref.name", name));
        return json(index(List.of(entry)));
    }

    public byte[] bytes() {
        return content.getBytes(StandardCharsets.UTF_8);
    }

    public String digest() {
        return Sha256.digest(bytes());
    }

    private static Map<String, Object> index(List<Map<String, Object>> entries) {
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("schemaVersion", 2);
        index.put("mediaType", INDEX);
        index.put("manifests", entries);
        return index;
    }

    private static Map<String, Object> descriptor(String type, String digest, long size) {
        Map<String, Object> descriptor = new LinkedHashMap<>();
        descriptor.put("mediaType", type);
        descriptor.put("digest", digest);
        descriptor.put("size", size);
        return descriptor;
    }

    private static String json(Map<String, Object> tree) {
        try {
            return new ObjectMapper().writeValueAsString(tree);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
