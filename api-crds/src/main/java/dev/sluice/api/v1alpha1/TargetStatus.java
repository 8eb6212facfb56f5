package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/// What is seen of one target of a model.
public record TargetStatus(
        @Required @JsonPropertyDescription("The name under which servers run it.")
        String name,

        @JsonPropertyDescription("Its LoRA adapter; absent for a whole model.") @Nullable
        String adapter,

        @Min(0)
        @JsonPropertyDescription("How many ready endpoints serve it now; absent while no picker says so.")
        @Nullable
        Integer readyEndpoints,

        @Min(0)
        @Max(100)
        @JsonPropertyDescription("The share of the model's requests that it served lately, in percent. Changes of "
                + "less than 5 are not written. Absent when there were none.")
        @Nullable
        Integer share) {}
