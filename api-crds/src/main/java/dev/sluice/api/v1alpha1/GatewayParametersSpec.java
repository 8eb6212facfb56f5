package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/// The spec of a Gateway's parameters; what it leaves out is as the installation says.
public record GatewayParametersSpec(
        @Min(0) @JsonPropertyDescription("The number of Envoys of the Gateway.") @Nullable
        Integer replicas,

        @PreserveUnknownFields
        @JsonPropertyDescription(
                "A strategic merge patch of the template of the Envoys' pods, as in a Deployment's spec.template: the "
                        + "container is called envoy; of the metadata it may have labels and annotations.")
        @Nullable
        ObjectPatch podTemplate,

        @PreserveUnknownFields
        @JsonPropertyDescription(
                "A strategic merge patch of the Gateway's Service; of the metadata it may have labels and annotations.")
        @Nullable
        ObjectPatch service) {}
