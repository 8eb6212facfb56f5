package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;

/// A pool that serves a model, with its share and its rank among the model's pools.
public record PoolRef(
        @Required
        @Size(min = 1, max = 253)
        @JsonPropertyDescription("The name of the InferencePool, in the namespace of the InferenceModel.")
        String name,

        @Default("1")
        @Min(0)
        @Max(1_000_000)
        @JsonPropertyDescription(
                "The pool's share of the requests among the pools of its tier; 0 sends none. The " + "default is 1.")
        Integer weight,

        @Default("0")
        @Min(0)
        @Max(15)
        @JsonPropertyDescription(
                "The order of preference: pools of tier 1 serve when all pools of tier 0 have no ready endpoint or "
                        + "are saturated, and so on. The default is 0, the first choice.")
        Integer tier) {

    public PoolRef {
        weight = Objects.requireNonNullElse(weight, 1);
        tier = Objects.requireNonNullElse(tier, 0);
    }
}
