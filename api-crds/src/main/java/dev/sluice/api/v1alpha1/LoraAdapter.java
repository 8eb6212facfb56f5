package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/// A LoRA adapter that servers load beside their base model.
public record LoraAdapter(
        @Required
        @Size(min = 1, max = 253)
        @JsonPropertyDescription("The name under which servers load the adapter and report it.")
        String name,

        @Size(min = 1, max = 1024)
        @JsonPropertyDescription("Where servers find the adapter's weights: a path in the pod or the name of a model "
                + "repository. When absent, the servers have the adapter already.")
        @Nullable
        String source,

        @Min(1)
        @Max(512)
        @JsonPropertyDescription("The adapter's rank; it scales the predicted time to load it. Learned when absent.")
        @Nullable
        Integer rank) {}
