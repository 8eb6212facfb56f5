package dev.sluice.operator.resolve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A strategic merge patch of an object that the operator makes, as `kubectl patch` reads it.
///
/// Objects merge field by field, lists of containers, variables and volumes by name, mounts by path; other lists
/// are replaced, and null takes a field away. Of the metadata it may set labels and annotations, and those of the
/// operator and of the Gateway win: selectors and owners depend on them.
///
/// @param <T> the object's type
public final class Patch<T> {

    private static final String METADATA = "metadata";
    private static final List<String> METADATA_FIELDS = List.of("labels", "annotations");

    /// The fields by one of which the elements of a list are told apart.
    private static final Map<String, List<String>> KEYS = Map.of(
            "containers", List.of("name"),
            "initContainers", List.of("name"),
            "env", List.of("name"),
            "volumes", List.of("name"),
            "imagePullSecrets", List.of("name"),
            "volumeMounts", List.of("mountPath"),
            "ports", List.of("containerPort", "port"),
            "topologySpreadConstraints", List.of("topologyKey"),
            "hostAliases", List.of("ip"));

    private static final KubernetesSerialization MODEL = new KubernetesSerialization();

    /// Refuses the fields that the model keeps aside as unknown: the API server would drop them in silence.
    private static final ObjectMapper STRICT = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated member) {
                    return false;
                }
            });

    /// Merged one after the other.
    private final List<ObjectNode> trees;

    private final Class<T> type;

    private Patch(List<ObjectNode> trees, Class<T> type) {
        this.trees = List.copyOf(trees);
        this.type = type;
    }

    /// The patch that changes nothing.
    public static <T> Patch<T> none(Class<T> type) {
        return new Patch<>(List.of(), type);
    }

    /// Reads a patch.
    ///
    /// @param text JSON or YAML
    /// @throws IllegalArgumentException that says which field is wrong
    public static <T> Patch<T> parse(String text, Class<T> type) {
        try {
            JsonNode tree = MODEL.unmarshal(text, JsonNode.class);
            if (!(tree instanceof ObjectNode object)) {
                throw new IllegalArgumentException("must be an object such as {\"spec\":{}}, not: " + text);
            }
            for (Map.Entry<String, JsonNode> field : object.path(METADATA).properties()) {
                if (!METADATA_FIELDS.contains(field.getKey())) {
                    throw new IllegalArgumentException("metadata." + field.getKey()
                            + ": only metadata.labels and metadata.annotations may be set");
                }
            }
            STRICT.treeToValue(withoutNulls(object), type);
            return new Patch<>(object.isEmpty() ? List.of() : List.of(object), type);
        } catch (JsonMappingException wrong) {
            throw new IllegalArgumentException(path(wrong) + ": " + wrong.getOriginalMessage(), wrong);
        } catch (JsonProcessingException | KubernetesClientException wrong) {
            throw new IllegalArgumentException("is neither JSON nor YAML: " + text, wrong);
        }
    }

    private static String path(JsonMappingException wrong) {
        return wrong.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."));
    }

    /// Null is a word of the patch's, not of the type's.
    private static JsonNode withoutNulls(JsonNode tree) {
        return switch (tree) {
            case ObjectNode object -> {
                ObjectNode copy = object.objectNode();
                object.properties().stream()
                        .filter(field -> !field.getValue().isNull())
                        .forEach(field -> copy.set(field.getKey(), withoutNulls(field.getValue())));
                yield copy;
            }
            case ArrayNode array -> {
                ArrayNode copy = array.arrayNode();
                array.forEach(element -> copy.add(withoutNulls(element)));
                yield copy;
            }
            default -> tree;
        };
    }

    /// This patch, and then another, which wins.
    public Patch<T> then(Patch<T> next) {
        return new Patch<>(Stream.concat(trees.stream(), next.trees.stream()).toList(), type);
    }

    /// The object with the patch merged into it.
    public T apply(T object) {
        if (trees.isEmpty()) {
            return object;
        }
        ObjectNode made = MODEL.convertValue(object, ObjectNode.class);
        JsonNode merged = made.deepCopy();
        for (ObjectNode tree : trees) {
            merged = merge(merged, tree, "");
        }
        if (made.has(METADATA)) {
            ((ObjectNode) merged).set(METADATA, merge(merged.get(METADATA), made.get(METADATA), METADATA));
        }
        return MODEL.convertValue(merged, type);
    }

    private static JsonNode merge(@Nullable JsonNode made, JsonNode patch, String field) {
        if (patch instanceof ObjectNode changes) {
            ObjectNode merged = made instanceof ObjectNode object ? object : changes.objectNode();
            for (Map.Entry<String, JsonNode> change : changes.properties()) {
                if (change.getValue().isNull()) {
                    merged.remove(change.getKey());
                } else {
                    merged.set(change.getKey(), merge(merged.get(change.getKey()), change.getValue(), change.getKey()));
                }
            }
            return merged;
        }
        if (patch instanceof ArrayNode changes && made instanceof ArrayNode elements && KEYS.containsKey(field)) {
            for (JsonNode change : changes) {
                mergeElement(elements, change, Objects.requireNonNull(KEYS.get(field)));
            }
            return elements;
        }
        return patch.deepCopy();
    }

    private static void mergeElement(ArrayNode elements, JsonNode change, List<String> keys) {
        for (int i = 0; i < elements.size(); i++) {
            if (isSame(elements.get(i), change, keys)) {
                elements.set(i, merge(elements.get(i), change, ""));
                return;
            }
        }
        elements.add(merge(null, change, ""));
    }

    private static boolean isSame(JsonNode one, JsonNode other, List<String> keys) {
        return keys.stream().anyMatch(key -> one.has(key) && one.get(key).equals(other.get(key)));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Patch<?> that && trees.equals(that.trees) && type == that.type;
    }

    @Override
    public int hashCode() {
        return trees.hashCode();
    }

    @Override
    public String toString() {
        return trees.toString();
    }
}
