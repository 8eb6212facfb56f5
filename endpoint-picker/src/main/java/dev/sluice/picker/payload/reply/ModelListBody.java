package dev.sluice.picker.payload.reply;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.picker.request.ModelListing;
import java.util.List;

/// Published models as OpenAI's API lists them.
public final class ModelListBody {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ModelListBody() {}

    public static String of(List<ModelListing> models) {
        ObjectNode root = NODES.objectNode();
        root.put("object", "list");
        ArrayNode data = root.putArray("data");
        models.forEach(each -> data.add(node(each)));
        return root.toString();
    }

    public static String of(ModelListing model) {
        return node(model).toString();
    }

    /// The error that clients of OpenAI's API know for a model that is not there.
    public static String notFound(String id) {
        ObjectNode root = NODES.objectNode();
        ObjectNode error = root.putObject("error");
        error.put("message", "The model '" + id + "' does not exist");
        error.put("type", "invalid_request_error");
        error.put("param", "model");
        error.put("code", "model_not_found");
        return root.toString();
    }

    private static ObjectNode node(ModelListing model) {
        ObjectNode node = NODES.objectNode();
        node.put("id", model.name().value());
        node.put("object", "model");
        node.put("created", model.created());
        node.put("owned_by", "sluice");
        return node;
    }
}
