package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/// What is seen of one pool that a policy is for.
public record PolicyPoolStatus(
        @Required @JsonPropertyDescription("The name of the pool.")
        String name,

        @Min(0) @JsonPropertyDescription("How many ready endpoints it has; absent while no picker says so.") @Nullable
        Integer readyEndpoints,

        @Min(0)
        @JsonPropertyDescription("How much of what it can do it does, in percent; above 100 requests wait. Changes of "
                + "less than 5 are not written. Absent while no picker says so.")
        @Nullable
        Integer saturation,

        @Required
        @JsonPropertyDescription("Whether the policy is in force for the pool: it exists, and no older policy has it.")
        boolean accepted) {}
