package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import java.util.Objects;

/// The spec tells what a priority means.
public record InferencePriorityClassSpec(
        @Required
        @Min(-1_000_000_000)
        @Max(1_000_000_000)
        @JsonPropertyDescription("The priority: requests of a higher value go first, and requests below 0 are the "
                + "first to be refused when a pool is saturated.")
        int value,

        @Default("Never")
        @JsonPropertyDescription(
                "Whether a request of this class may end running requests of lower priority, below 0, where no "
                        + "endpoint has capacity: PreemptLowerPriority, or Never, the default.")
        PreemptionPolicy preemptionPolicy,

        @JsonProperty("default")
        @Default("false")
        @JsonPropertyDescription(
                "Whether this is the class of models that name none. Of several such classes the class with the "
                        + "lowest value counts.")
        Boolean isDefault) {

    public InferencePriorityClassSpec {
        preemptionPolicy = Objects.requireNonNullElse(preemptionPolicy, PreemptionPolicy.NEVER);
        isDefault = Objects.requireNonNullElse(isDefault, false);
    }
}
