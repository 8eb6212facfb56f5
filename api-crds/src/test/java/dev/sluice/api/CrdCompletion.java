package dev.sluice.api;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Puts into a generated CRD what annotations cannot say: how lists merge, the schema of `metav1.Condition`,
/// columns in the order they are declared; and repairs what the generator gets wrong (empty defaults, rules
/// stated twice).
final class CrdCompletion implements CRDPostProcessor {

    /// The field that identifies an item, by the list's path; every other list but `conditions` is atomic.
    private static final Map<String, String> MAP_LISTS = Map.of("spec.poolRefs", "name");

    private final Map<String, Class<?>> types;

    CrdCompletion(List<Class<? extends HasMetadata>> types) {
        this.types = types.stream().collect(Collectors.toMap(Class::getSimpleName, type -> type));
    }

    @Override
    public HasMetadata process(HasMetadata resource, String crdSpecVersion) {
        CustomResourceDefinition crd = (CustomResourceDefinition) resource;
        List<String> columns = Arrays.stream(types.get(crd.getSpec().getNames().getKind())
                        .getAnnotationsByType(AdditionalPrinterColumn.class))
                .map(AdditionalPrinterColumn::name)
                .toList();
        for (CustomResourceDefinitionVersion version : crd.getSpec().getVersions()) {
            if (version.getAdditionalPrinterColumns() != null) {
                version.getAdditionalPrinterColumns()
                        .sort(Comparator.comparingInt(column -> columns.indexOf(column.getName())));
            }
            JSONSchemaProps schema = version.getSchema().getOpenAPIV3Schema();
            schema.setRequired(List.of("spec"));
            completeObject("", schema);
        }
        return crd;
    }

    private static void completeObject(String path, JSONSchemaProps schema) {
        if (schema.getProperties() == null) {
            return;
        }
        schema.getProperties().forEach((name, property) -> {
            String child = path.isEmpty() ? name : path + "." + name;
            if (name.equals("conditions")) {
                completeConditions(property);
            } else {
                completeProperty(child, property);
            }
        });
    }

    private static void completeProperty(String path, JSONSchemaProps property) {
        if (property.getDefault() instanceof NullNode) {
            property.setDefault(TextNode.valueOf(""));
        }
        if (property.getXKubernetesValidations() != null) {
            property.setXKubernetesValidations(
                    property.getXKubernetesValidations().stream().distinct().toList());
        }
        switch (property.getType()) {
            case "integer" -> property.setFormat("int32");
            case "array" -> {
                completeList(path, property);
                completeObject(path, property.getItems().getSchema());
            }
            default -> completeObject(path, property);
        }
    }

    private static void completeList(String path, JSONSchemaProps list) {
        String key = MAP_LISTS.get(path);
        list.setXKubernetesListType(key == null ? "atomic" : "map");
        if (key != null) {
            list.setXKubernetesListMapKeys(List.of(key));
        }
    }

    private static void completeConditions(JSONSchemaProps list) {
        list.setXKubernetesListType("map");
        list.setXKubernetesListMapKeys(List.of("type"));
        JSONSchemaProps condition = list.getItems().getSchema();
        condition.setRequired(List.of("lastTransitionTime", "message", "reason", "status", "type"));
        Map<String, JSONSchemaProps> fields = condition.getProperties();
        fields.get("lastTransitionTime").setFormat("date-time");
        fields.get("message").setMaxLength(32768L);
        fields.get("observedGeneration").setFormat("int64");
        fields.get("observedGeneration").setMinimum(0.0);
        bound(fields.get("reason"), 1L, 1024L, "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$");
        bound(
                fields.get("type"),
                null,
                316L,
                "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
                        + "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$");
        fields.get("status")
                .setEnum(List.of(TextNode.valueOf("True"), TextNode.valueOf("False"), TextNode.valueOf("Unknown")));
    }

    private static void bound(JSONSchemaProps text, Long minLength, Long maxLength, String pattern) {
        text.setMinLength(minLength);
        text.setMaxLength(maxLength);
        text.setPattern(pattern);
    }
}
