package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The InferencePool CRD against what upstream's v1 schema says.
class InferencePoolSchemaTest {

    private static CustomResourceDefinition crd;
    private static JSONSchemaProps root;

    @BeforeAll
    static void read() throws IOException {
        String yaml =
                Files.readString(CrdDriftTest.COMMITTED.resolve("inferencepools.inference.networking.k8s.io.yaml"));
        crd = Serialization.unmarshal(yaml, CustomResourceDefinition.class);
        root = crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
    }

    @Test
    void isNamedServedAndAnnotatedAsUpstream() {
        assertThat(crd.getMetadata().getAnnotations())
                .containsEntry("inference.networking.k8s.io/bundle-version", "v1.6.0")
                .containsKey("api-approved.kubernetes.io");
        assertThat(crd.getSpec().getScope()).isEqualTo("Namespaced");
        assertThat(crd.getSpec().getNames().getShortNames()).containsExactly("infpool");
        assertThat(crd.getSpec().getVersions()).singleElement().satisfies(version -> {
            assertThat(version.getName()).isEqualTo("v1");
            assertThat(version.getStorage()).isTrue();
            assertThat(version.getServed()).isTrue();
            assertThat(version.getAdditionalPrinterColumns()).isNullOrEmpty();
            assertThat(version.getSubresources().getStatus()).isNotNull();
        });
    }

    @Test
    void requiresSelectorAndPortsButNoPicker() {
        assertThat(root.getRequired()).containsExactly("spec");
        assertThat(at("spec").getRequired()).containsExactlyInAnyOrder("selector", "targetPorts");
        assertThat(at("spec").getProperties())
                .containsOnlyKeys("selector", "targetPorts", "appProtocol", "endpointPickerRef");
    }

    @Test
    void boundsTheSelector() {
        assertThat(at("spec.selector").getRequired()).containsExactly("matchLabels");
        JSONSchemaProps labels = at("spec.selector.matchLabels");
        assertThat(labels.getMinProperties()).isEqualTo(1);
        assertThat(labels.getMaxProperties()).isEqualTo(64);
        JSONSchemaProps value = labels.getAdditionalProperties().getSchema();
        assertThat(value.getMaxLength()).isEqualTo(63);
        assertThat(value.getPattern()).isEqualTo("^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$");
    }

    @Test
    void allowsOneToEightDistinctPorts() {
        JSONSchemaProps ports = at("spec.targetPorts");
        assertThat(ports.getMinItems()).isEqualTo(1);
        assertThat(ports.getMaxItems()).isEqualTo(8);
        assertThat(ports.getXKubernetesListType()).isEqualTo("atomic");
        assertRule(ports, "self.all(p1, self.exists_one(p2, p1.number==p2.number))", "port number must be unique");
        assertPortNumber("spec.targetPorts.number");
    }

    @Test
    void defaultsTheProtocolToHttp() {
        JSONSchemaProps protocol = at("spec.appProtocol");
        assertThat(protocol.getDefault().asText()).isEqualTo("http");
        assertThat(protocol.getEnum()).extracting(JsonNode::asText).containsExactly("http", "kubernetes.io/h2c");
    }

    @Test
    void describesThePickerReference() {
        JSONSchemaProps ref = at("spec.endpointPickerRef");
        assertThat(ref.getRequired()).containsExactly("name");
        assertRule(
                ref,
                "self.kind != 'Service' || has(self.port)",
                "port is required when kind is 'Service' or unspecified (defaults to 'Service')");
        assertThat(at("spec.endpointPickerRef.group").getDefault().isTextual()).isTrue();
        assertText("spec.endpointPickerRef.group", "", null, 253);
        assertText("spec.endpointPickerRef.kind", "Service", 1L, 63);
        assertText("spec.endpointPickerRef.name", null, 1L, 253);
        assertPortNumber("spec.endpointPickerRef.port.number");
        JSONSchemaProps mode = at("spec.endpointPickerRef.failureMode");
        assertThat(mode.getDefault().asText()).isEqualTo("FailClose");
        assertThat(mode.getEnum()).extracting(JsonNode::asText).containsExactlyInAnyOrder("FailOpen", "FailClose");
    }

    @Test
    void keepsOneStatusEntryForEachParent() {
        assertThat(at("status.parents").getMaxItems()).isEqualTo(32);
        assertThat(at("status.parents").getXKubernetesListType()).isEqualTo("atomic");
        assertThat(at("status.parents").getItems().getSchema().getRequired()).containsExactly("parentRef");
        assertText("status.parents.parentRef.group", "gateway.networking.k8s.io", null, 253);
        assertText("status.parents.parentRef.kind", "Gateway", 1L, 63);
        assertText("status.parents.parentRef.name", null, 1L, 253);
        assertText("status.parents.parentRef.namespace", null, 1L, 63);
        assertText("status.parents.controllerName", null, 1L, 253);
        JSONSchemaProps conditions = at("status.parents.conditions");
        assertThat(conditions.getMaxItems()).isEqualTo(8);
        assertThat(conditions.getXKubernetesListType()).isEqualTo("map");
        assertThat(conditions.getXKubernetesListMapKeys()).containsExactly("type");
        assertThat(conditions.getItems().getSchema().getRequired())
                .containsExactly("lastTransitionTime", "message", "reason", "status", "type");
    }

    private static void assertRule(JSONSchemaProps schema, String rule, String message) {
        assertThat(schema.getXKubernetesValidations())
                .extracting(ValidationRule::getRule, ValidationRule::getMessage)
                .containsExactly(tuple(rule, message));
    }

    private static void assertPortNumber(String path) {
        assertThat(at(path).getMinimum()).isEqualTo(1.0);
        assertThat(at(path).getMaximum()).isEqualTo(65535.0);
        assertThat(at(path).getFormat()).isEqualTo("int32");
    }

    private static void assertText(String path, String defaultValue, Long minLength, long maxLength) {
        JSONSchemaProps text = at(path);
        assertThat(text.getDefault() == null ? null : text.getDefault().asText())
                .isEqualTo(defaultValue);
        assertThat(text.getMinLength()).isEqualTo(minLength);
        assertThat(text.getMaxLength()).isEqualTo(maxLength);
    }

    /// The schema of a field, through lists as if they were their items.
    private static JSONSchemaProps at(String path) {
        JSONSchemaProps schema = root;
        for (String name : path.split("\\.")) {
            JSONSchemaProps object =
                    schema.getItems() == null ? schema : schema.getItems().getSchema();
            schema = object.getProperties().get(name);
            assertThat(schema).as(path).isNotNull();
        }
        return schema;
    }
}
