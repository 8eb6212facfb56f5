package dev.sluice.api.v1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.Names;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Map;

/// The labels that a pod must carry to be a member of a pool.
public record PodSelector(
        @Required
        @Size(min = 1, max = 64)
        @JsonPropertyDescription("A pod is a member when it carries every one of these labels.")
        Map<String, @Pattern(Names.LABEL_VALUE) @Size(min = 0, max = 63) String> matchLabels) {

    public PodSelector {
        matchLabels = matchLabels == null ? Map.of() : Map.copyOf(matchLabels);
    }

    /// True when `labels` has all that this selector asks for; an empty selector matches nothing.
    public boolean matches(Map<String, String> labels) {
        return !matchLabels.isEmpty() && labels.entrySet().containsAll(matchLabels.entrySet());
    }
}
