package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A model, or an adapter of one, that servers run for the name that clients use.
@ValidationRule(value = "has(self.modelName) || has(self.adapter)", message = "a target needs modelName or adapter")
public record ModelTarget(
        @Size(min = 1, max = 256)
        @JsonPropertyDescription("The name under which servers run the model; it replaces the client's name in the "
                + "request. The default is the adapter's name.")
        @Nullable
        String modelName,

        @Default("1")
        @Min(0)
        @Max(1_000_000)
        @JsonPropertyDescription("The target's share of the requests; 0 sends none. The default is 1.")
        Integer weight,

        @JsonPropertyDescription("The LoRA adapter that serves this target; absent for a whole model.") @Nullable
        LoraAdapter adapter) {

    public ModelTarget {
        weight = Objects.requireNonNullElse(weight, 1);
        if (modelName == null && adapter != null) {
            modelName = adapter.name();
        }
    }
}
