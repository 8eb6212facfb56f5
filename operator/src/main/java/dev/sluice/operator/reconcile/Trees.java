package dev.sluice.operator.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Objects of the API as trees of JSON, where what is absent, null or empty is the same.
final class Trees {

    private static final KubernetesSerialization JSON = new KubernetesSerialization();
    private static final String NAME = "name";
    private static final String STATUS = "status";

    private Trees() {}

    static JsonNode of(@Nullable Object object) {
        return object == null ? JsonNodeFactory.instance.objectNode() : JSON.convertValue(object, JsonNode.class);
    }

    static <T> T to(JsonNode tree, Class<T> type) {
        return JSON.convertValue(tree, type);
    }

    /// That object with another status; without any when it says nothing: the model leaves out empty lists, which an
    /// HTTPRoute's status must not be without.
    static <T extends HasMetadata> T withStatus(T object, Class<T> kind, Object status) {
        ObjectNode tree = (ObjectNode) of(object);
        JsonNode said = of(status);
        if (isNothing(pruned(said))) {
            tree.remove(STATUS);
        } else {
            tree.set(STATUS, said);
        }
        return to(tree, kind);
    }

    static boolean same(@Nullable Object one, @Nullable Object other) {
        return (one != null && one.equals(other)) || pruned(of(one)).equals(pruned(of(other)));
    }

    private static JsonNode pruned(JsonNode tree) {
        if (tree instanceof ObjectNode object) {
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(field -> {
                JsonNode value = pruned(field.getValue());
                if (!isNothing(value)) {
                    result.set(field.getKey(), value);
                }
            });
            return result;
        }
        if (tree instanceof ArrayNode array) {
            ArrayNode result = JsonNodeFactory.instance.arrayNode();
            array.forEach(element -> result.add(pruned(element)));
            return result;
        }
        return tree;
    }

    private static boolean isNothing(JsonNode value) {
        return value.isNull() || (value.isContainerNode() && value.isEmpty());
    }

    /// An object has all that is wanted of it; it may have more, as defaults and what others wrote.
    static boolean covers(@Nullable JsonNode actual, JsonNode wanted) {
        if (isNothing(wanted)) {
            return true;
        }
        if (actual == null) {
            return false;
        }
        if (wanted instanceof ObjectNode object) {
            return actual.isObject()
                    && object.properties().stream()
                            .allMatch(field -> covers(actual.get(field.getKey()), field.getValue()));
        }
        if (wanted instanceof ArrayNode array) {
            if (!actual.isArray() || actual.size() != array.size()) {
                return false;
            }
            for (int i = 0; i < array.size(); i++) {
                if (!covers(counterpart(actual, array.get(i), i), array.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return actual.asText().equals(wanted.asText());
    }

    /// Of a list whose elements have names the one with that name, of another the one at that place.
    private static @Nullable JsonNode counterpart(JsonNode list, JsonNode wanted, int place) {
        if (!wanted.has(NAME)) {
            return list.get(place);
        }
        return elements(list)
                .filter(element -> wanted.get(NAME).equals(element.get(NAME)))
                .findFirst()
                .orElse(null);
    }

    /// The same for the same content, in whatever order fields stand.
    static int hash(JsonNode tree) {
        return pruned(tree).hashCode();
    }

    static Stream<JsonNode> elements(JsonNode list) {
        return list.valueStream();
    }
}
