package dev.sluice.standalone.folder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;

/// Reads YAML as strictly as an API server does, and tells where it is wrong.
///
/// Documents are cut out of the text before parsing: that keeps line numbers through the typed reading.
final class ResourceReader {
    private static final String DEFAULT_NAMESPACE = "default";

    private final Map<String, String> declaredIn = new HashMap<>();
    private final List<HasMetadata> resources = new ArrayList<>();

    private ResourceReader() {}

    /// @param texts the files' contents by name
    static ResourceSet read(SortedMap<String, String> texts) throws BrokenFileException {
        ResourceReader reader = new ResourceReader();
        for (Map.Entry<String, String> file : texts.entrySet()) {
            for (Document document : Document.split(file.getKey(), file.getValue())) {
                reader.add(document);
            }
        }
        return new ResourceSet(reader.resources);
    }

    private void add(Document document) throws BrokenFileException {
        try {
            JsonNode tree = Yaml.MAPPER.readTree(document.text());
            if (tree == null || tree.isMissingNode() || tree.isNull()) {
                return;
            }
            String apiVersion = tree.path("apiVersion").asText();
            String kind = tree.path("kind").asText();
            Class<? extends HasMetadata> type = Kinds.TYPES.get(apiVersion + " " + kind);
            if (type == null) {
                throw document.broken("unknown kind %s; known are %s"
                        .formatted(
                                apiVersion.isEmpty() && kind.isEmpty()
                                        ? "(apiVersion and kind are missing)"
                                        : apiVersion + " " + kind,
                                String.join(", ", new TreeSet<>(Kinds.TYPES.keySet()))));
            }
            Optional<CrdSchema> schema = Kinds.schema(type);
            if (schema.isPresent()) {
                document.check(schema.get());
            }
            accept(document, Yaml.MAPPER.readValue(document.text(), type));
        } catch (JsonProcessingException malformed) {
            throw document.broken(malformed);
        }
    }

    private void accept(Document document, HasMetadata resource) throws BrokenFileException {
        ObjectMeta metadata = resource.getMetadata();
        if (metadata.getName() == null || metadata.getName().isBlank()) {
            throw document.broken("metadata.name is missing");
        }
        if (metadata.getNamespace() == null) {
            metadata.setNamespace(DEFAULT_NAMESPACE);
        }
        if (resource instanceof Secret secret) {
            encode(secret);
        }
        declareOnce(document, resource);
        if (!(resource instanceof EndpointList list)) {
            resources.add(resource);
            return;
        }
        if (list.getSpec() == null) {
            throw document.broken("spec is missing");
        }
        for (Pod pod : list.pods(metadata.getNamespace())) {
            declareOnce(document, pod);
            resources.add(pod);
        }
    }

    /// Moves plain text to where readers look for it, as an API server does.
    private static void encode(Secret secret) {
        if (secret.getStringData() == null || secret.getStringData().isEmpty()) {
            return;
        }
        Map<String, String> data = new HashMap<>();
        if (secret.getData() != null) {
            data.putAll(secret.getData());
        }
        secret.getStringData()
                .forEach((key, text) ->
                        data.put(key, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
        secret.setData(data);
        secret.setStringData(null);
    }

    private void declareOnce(Document document, HasMetadata resource) throws BrokenFileException {
        String identity = "%s %s/%s"
                .formatted(
                        resource.getKind(),
                        resource.getMetadata().getNamespace(),
                        resource.getMetadata().getName());
        // Two groups may have a kind of the same name.
        String earlier = declaredIn.putIfAbsent(HasMetadata.getGroup(resource.getClass()) + identity, document.place());
        if (earlier != null) {
            throw document.broken("%s is already declared at %s".formatted(identity, earlier));
        }
    }
}
