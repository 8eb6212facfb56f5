package dev.sluice.e2e.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/// JSON schemas of kinds are made here of what an API server says of itself at `/openapi/v2`, custom kinds too.
///
/// Fields that a schema does not name are refused, as by `kubectl apply --validate=strict`.
final class OpenApiSchemas {
    /// The name of a kind's file, as kubeconform fills it in.
    static final String TEMPLATE = "{{ .ResourceKind }}-{{ .Group }}-{{ .ResourceAPIVersion }}.json";

    private static final String REFERENCE = "#/definitions/";
    private static final JsonMapper JSON = new JsonMapper();

    private final JsonNode definitions;

    OpenApiSchemas(String openApi) throws IOException {
        definitions = JSON.readTree(openApi).path("definitions");
        for (JsonNode definition : definitions) {
            makeStrict(definition);
        }
    }

    /// Writes the schema of every kind of a group into a file of its own, with all that it refers to.
    ///
    /// @return how many there are
    int write(Path folder) throws IOException {
        int written = 0;
        for (var definition : definitions.properties()) {
            for (JsonNode kind : definition.getValue().path("x-kubernetes-group-version-kind")) {
                String version = kind.path("version").asText();
                String group = kind.path("group").asText();
                // Kubeconform takes what stands before the slash of an apiVersion, which is `v1` where there is none.
                String file = "%s-%s-%s.json"
                        .formatted(
                                kind.path("kind").asText().toLowerCase(Locale.ROOT),
                                group.isEmpty() ? version : group,
                                version);
                JSON.writeValue(folder.resolve(file).toFile(), schema(definition.getKey()));
                written++;
            }
        }
        return written;
    }

    private ObjectNode schema(String name) {
        ObjectNode schema = JSON.createObjectNode()
                .put("$schema", "http://json-schema.org/draft-07/schema#")
                .put("$ref", REFERENCE + name);
        ObjectNode reached = schema.putObject("definitions");
        Deque<String> open = new ArrayDeque<>();
        open.add(name);
        while (!open.isEmpty()) {
            String next = open.remove();
            if (!reached.has(next)) {
                reached.set(next, definitions.path(next));
                definitions.path(next).findValuesAsText("$ref").stream()
                        .filter(reference -> reference.startsWith(REFERENCE))
                        .map(reference -> reference.substring(REFERENCE.length()))
                        .forEach(open::add);
            }
        }
        return schema;
    }

    private static void makeStrict(JsonNode node) {
        if (node instanceof ObjectNode schema) {
            // Swagger has one type for each field, and says beside it what else may stand there.
            if (schema.path("format").asText().equals("int-or-string")
                    || schema.path("x-kubernetes-int-or-string").asBoolean()
                    || schema.path("description").asText().startsWith("Quantity is a fixed-point")) {
                schema.remove("format");
                schema.putArray("type").add("string").add("integer").add("number");
            }
            boolean open = schema.has("additionalProperties")
                    || schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
            if (schema.path("properties").isObject() && !open) {
                schema.put("additionalProperties", false);
            }
        }
        for (JsonNode child : node) {
            makeStrict(child);
        }
    }
}
