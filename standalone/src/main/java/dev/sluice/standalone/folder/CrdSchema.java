package dev.sluice.standalone.folder;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/// The schema of a custom resource, by which a folder's YAML is checked as an API server would check it, except
/// for the rules in CEL.
final class CrdSchema {
    /// @param line within the document, from 0
    record Violation(int line, String problem) {}

    private final JsonNode root;

    private CrdSchema(JsonNode root) {
        this.root = root;
    }

    /// The schema of a type; null where the project has no CRD of it.
    static @Nullable CrdSchema of(Class<? extends HasMetadata> type) {
        String name = "/crds/%s.%s.yaml".formatted(HasMetadata.getPlural(type), HasMetadata.getGroup(type));
        try (InputStream file = CrdSchema.class.getResourceAsStream(name)) {
            return file == null
                    ? null
                    : new CrdSchema(Yaml.MAPPER.readTree(file).at("/spec/versions/0/schema/openAPIV3Schema"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// The first thing that is wrong; null when nothing is.
    @Nullable
    Violation check(Node document) {
        return check("", document, root);
    }

    private static @Nullable Violation check(String path, Node node, JsonNode schema) {
        if (schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
            return null;
        }
        return switch (node) {
            case MappingNode mapping -> checkObject(path, mapping, schema);
            case SequenceNode list -> checkList(path, list, schema);
            case ScalarNode scalar -> checkScalar(path, scalar, schema);
            default -> violation(path, node, "is neither an object, a list nor a value");
        };
    }

    private static @Nullable Violation checkObject(String path, MappingNode node, JsonNode schema) {
        if (!schema.path("type").asText().equals("object")) {
            return violation(path, node, "must be of type " + type(schema) + ", not an object");
        }
        Map<String, NodeTuple> fields = new LinkedHashMap<>();
        for (NodeTuple field : node.getValue()) {
            fields.put(field.getKeyNode() instanceof ScalarNode key ? key.getValue() : "", field);
        }
        for (JsonNode required : schema.path("required")) {
            if (!fields.containsKey(required.asText())) {
                return violation(path, node, "lacks the required field " + required.asText());
            }
        }
        JsonNode properties = schema.path("properties");
        JsonNode others = schema.path("additionalProperties");
        // A CRD says nothing of what every resource has: apiVersion, kind and metadata.
        boolean open = path.isEmpty() || (properties.isMissingNode() && !others.isObject());
        for (Map.Entry<String, NodeTuple> field : fields.entrySet()) {
            String name = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            JsonNode known = properties.path(field.getKey());
            JsonNode applies = known.isMissingNode() ? others : known;
            if (!applies.isObject() && !open) {
                return violation(
                        name, field.getValue().getKeyNode(), "is unknown; known here are " + names(properties));
            }
            Violation inside = applies.isObject() ? check(name, field.getValue().getValueNode(), applies) : null;
            if (inside != null) {
                return inside;
            }
        }
        return checkCount(path, node, fields.size(), schema, "Properties", "fields");
    }

    private static @Nullable Violation checkList(String path, SequenceNode node, JsonNode schema) {
        if (!schema.path("type").asText().equals("array")) {
            return violation(path, node, "must be of type " + type(schema) + ", not a list");
        }
        for (int index = 0; index < node.getValue().size(); index++) {
            Violation inside = check(path + "[" + index + "]", node.getValue().get(index), schema.path("items"));
            if (inside != null) {
                return inside;
            }
        }
        return checkCount(path, node, node.getValue().size(), schema, "Items", "items");
    }

    private static @Nullable Violation checkScalar(String path, ScalarNode node, JsonNode schema) {
        Tag tag = node.getTag();
        String value = node.getValue();
        boolean fits = switch (type(schema)) {
            case "string" -> tag.equals(Tag.STR) || tag.equals(Tag.TIMESTAMP);
            case "integer" -> tag.equals(Tag.INT);
            case "number" -> tag.equals(Tag.INT) || tag.equals(Tag.FLOAT);
            case "boolean" -> tag.equals(Tag.BOOL);
            case "integer or string" -> tag.equals(Tag.INT) || tag.equals(Tag.STR);
            default -> false;
        };
        if (!fits) {
            return violation(path, node, "must be of type " + type(schema) + ", and is '" + value + "'");
        }
        if (schema.has("enum") && !contains(schema.get("enum"), value)) {
            return violation(path, node, "must be one of " + schema.get("enum") + ", and is '" + value + "'");
        }
        // As in JSON Schema, a pattern may match anywhere.
        if (schema.has("pattern")
                && !Pattern.compile(schema.get("pattern").asText())
                        .matcher(value)
                        .find()) {
            return violation(path, node, "must match " + schema.get("pattern").asText() + ", and is '" + value + "'");
        }
        if (tag.equals(Tag.STR)) {
            return checkCount(path, node, value.codePointCount(0, value.length()), schema, "Length", "characters");
        }
        return tag.equals(Tag.INT) || tag.equals(Tag.FLOAT) ? checkRange(path, node, schema) : null;
    }

    private static @Nullable Violation checkRange(String path, ScalarNode node, JsonNode schema) {
        BigDecimal number = new BigDecimal(node.getValue().replace("_", ""));
        if (schema.has("minimum") && number.compareTo(schema.get("minimum").decimalValue()) < 0) {
            return violation(path, node, "must be at least " + plain(schema.get("minimum")) + ", and is " + number);
        }
        if (schema.has("maximum") && number.compareTo(schema.get("maximum").decimalValue()) > 0) {
            return violation(path, node, "must be at most " + plain(schema.get("maximum")) + ", and is " + number);
        }
        return null;
    }

    private static String plain(JsonNode number) {
        return number.decimalValue().stripTrailingZeros().toPlainString();
    }

    private static @Nullable Violation checkCount(
            String path, Node node, int count, JsonNode schema, String suffix, String what) {
        int least = schema.path("min" + suffix).asInt(0);
        int most = schema.path("max" + suffix).asInt(Integer.MAX_VALUE);
        if (count < least) {
            return violation(path, node, "must have at least %d %s".formatted(least, what));
        }
        return count > most ? violation(path, node, "must have at most %d %s".formatted(most, what)) : null;
    }

    private static String type(JsonNode schema) {
        return schema.path("x-kubernetes-int-or-string").asBoolean()
                ? "integer or string"
                : schema.path("type").asText();
    }

    private static boolean contains(JsonNode list, String value) {
        for (JsonNode each : list) {
            if (each.asText().equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static String names(JsonNode properties) {
        TreeSet<String> names = new TreeSet<>();
        for (Iterator<String> each = properties.fieldNames(); each.hasNext(); ) {
            names.add(each.next());
        }
        return String.join(", ", names);
    }

    private static Violation violation(String path, Node node, String problem) {
        return new Violation(node.getStartMark().getLine(), (path.isEmpty() ? "the resource" : path) + " " + problem);
    }
}
