package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/// The status of one target of a model.
public record TargetStatus(
        @Required @JsonPropertyDescription("The name under which servers run the target.")
        String name,

        @JsonPropertyDescription("The target's LoRA adapter; absent for a whole model.") @Nullable
        String adapter,

        @Min(0)
        @JsonPropertyDescription(
                "The number of ready endpoints that serve the target now; absent while no picker reports it.")
        @Nullable
        Integer readyEndpoints,

        @Min(0)
        @Max(100)
        @JsonPropertyDescription(
                "The target's share of the model's latest requests, in percent. Changes of less than 5 are not "
                        + "written. Absent when there were no requests.")
        @Nullable
        Integer share) {}
