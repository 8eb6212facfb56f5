package dev.sluice.operator.envoy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.util.List;

/// Envoy's resources as YAML with every field by its name, also those that the generated classes do not know.
public final class XdsYaml {

    private static final NewerDescriptors DESCRIPTORS = new NewerDescriptors();
    private static final JsonFormat.Printer PRINTER =
            JsonFormat.printer().preservingProtoFieldNames().usingTypeRegistry(DESCRIPTORS.types());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .build();

    private XdsYaml() {}

    public static String of(EnvoyConfig config) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.set("listeners", list(config.listeners()));
        root.set("routes", list(config.routes()));
        root.set("clusters", list(config.clusters()));
        root.set("endpoints", list(config.endpoints()));
        if (!config.secrets().isEmpty()) {
            root.set("secrets", list(config.secrets()));
        }
        return YAML.writeValueAsString(root);
    }

    public static JsonNode json(Message message) throws IOException {
        DynamicMessage named =
                DynamicMessage.parseFrom(DESCRIPTORS.of(message.getDescriptorForType()), message.toByteString());
        return JSON.readTree(PRINTER.print(named));
    }

    private static ArrayNode list(List<? extends Message> messages) throws IOException {
        ArrayNode array = JSON.createArrayNode();
        for (Message message : messages) {
            array.add(json(message));
        }
        return array;
    }
}
