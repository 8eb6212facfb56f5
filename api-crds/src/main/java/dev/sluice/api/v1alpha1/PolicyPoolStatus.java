package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/// The status of one pool that a policy is for.
public record PolicyPoolStatus(
        @Required @JsonPropertyDescription("The name of the pool.")
        String name,

        @Min(0)
        @JsonPropertyDescription("The number of the pool's ready endpoints; absent while no picker reports it.")
        @Nullable
        Integer readyEndpoints,

        @Min(0)
        @JsonPropertyDescription(
                "The pool's load in percent of its capacity; above 100 requests wait. Changes of less than 5 are "
                        + "not written. Absent while no picker reports it.")
        @Nullable
        Integer saturation,

        @Required
        @JsonPropertyDescription(
                "Whether the policy is in force for the pool: the pool exists, and no older policy names it.")
        boolean accepted) {}
