package dev.sluice.images.evidence;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.sluice.images.base.DebianPackage;
import dev.sluice.images.runtime.JavaRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How an image was made, as an in-toto statement with a SLSA predicate: from which commit, on which machine's demand,
/// of
/// what. Unsigned: signing it is the publisher's.
public final class Provenance {
    private static final String BUILD_TYPE = "https://sluice.dev/images/v1";

    private final List<Map<String, Object>> dependencies = new ArrayList<>();
    private final Map<String, Object> parameters;
    private final Source source;

    /// The state of the sources.
    ///
    /// @param revision the commit; ends in `-dirty` where files differ from it
    public record Source(String repository, String revision) {}

    public Provenance(Source source, Map<String, Object> parameters) {
        this.source = source;
        this.parameters = new LinkedHashMap<>(parameters);
        dependencies.add(dependency("git+" + source.repository(), Map.of("gitCommit", source.revision())));
    }

    public void use(DebianPackage each) {
        dependencies.add(dependency(
                "pkg:deb/debian/%s@%s?arch=%s".formatted(each.name(), each.version(), each.architecture()),
                Map.of("sha256", each.sha256())));
    }

    /// Adds the JDK whose modules are in the image.
    public void use(JavaRuntime java) {
        dependencies.add(dependency("pkg:generic/openjdk@" + java.version(), Map.of()));
    }

    /// Adds the JVM's cache, which the same inputs give once more, but not byte for byte.
    public void useCache(String sha256) {
        dependencies.add(dependency("file:sluice.aot", Map.of("sha256", sha256)));
    }

    private static Map<String, Object> dependency(String uri, Map<String, String> digest) {
        Map<String, Object> dependency = new LinkedHashMap<>();
        dependency.put("uri", uri);
        if (!digest.isEmpty()) {
            dependency.put("digest", digest);
        }
        return dependency;
    }

    /// Writes the statement.
    ///
    /// @param digest the image's, such as `sha256:0123…`
    public void write(String image, String digest, Path file) throws IOException {
        String[] parts = digest.split(":", 2);
        Map<String, Object> definition = new LinkedHashMap<>();
        definition.put("buildType", BUILD_TYPE);
        definition.put("externalParameters", parameters);
        definition.put("resolvedDependencies", dependencies);
        Map<String, Object> predicate = new LinkedHashMap<>();
        predicate.put("buildDefinition", definition);
        predicate.put("runDetails", Map.of("builder", Map.of("id", source.repository() + "/bin/images")));
        Map<String, Object> statement = new LinkedHashMap<>();
        statement.put("_type", "https://in-toto.io/Statement/v1");
        statement.put("subject", List.of(Map.of("name", image, "digest", Map.of(parts[0], parts[1]))));
        statement.put("predicateType", "https://slsa.dev/provenance/v1");
        statement.put("predicate", predicate);
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), statement);
    }
}
