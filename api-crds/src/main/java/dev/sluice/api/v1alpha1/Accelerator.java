package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Map;
import java.util.Objects;

/// The accelerators that some pods of a pool have.
public record Accelerator(
        @Size(max = 64)
        @JsonPropertyDescription(
                "The labels of the pods that have this accelerator: a pod matches with all of them. All pods match "
                        + "when empty.")
        Map<String, String> matchLabels,

        @Required
        @Size(min = 1, max = 63)
        @JsonPropertyDescription("The accelerator's model, such as H100, H200, A100 or L40S.")
        String model,

        @Default("1")
        @Min(1)
        @Max(64)
        @JsonPropertyDescription("The number of accelerators of one pod. The default is 1.")
        Integer count) {

    public Accelerator {
        matchLabels = matchLabels == null ? Map.of() : Map.copyOf(matchLabels);
        count = Objects.requireNonNullElse(count, 1);
    }

    public boolean matches(Map<String, String> labels) {
        return labels.entrySet().containsAll(matchLabels.entrySet());
    }
}
