package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/// The share of a model's requests that one target served.
public record TargetShare(
        @Required @JsonPropertyDescription("The target's modelName.")
        String modelName,

        @Required @Min(0) @Max(100) @JsonPropertyDescription("Its share of the model's requests, in percent.")
        int percent) {}
