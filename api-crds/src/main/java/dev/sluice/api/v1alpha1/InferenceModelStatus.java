package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What Sluice reports about a model.
public record InferenceModelStatus(
        @Size(max = 8)
        @JsonPropertyDescription("Known types are Accepted (the name is this InferenceModel's), ResolvedRefs (what it "
                + "refers to exists) and Ready (at least one endpoint serves it).")
        List<Condition> conditions,

        @JsonPropertyDescription("How many ready endpoints serve the model now.") @Nullable
        Integer readyEndpoints,

        @Size(max = 16) @JsonPropertyDescription("What each target served lately.")
        List<TargetShare> shares) {

    public InferenceModelStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
        shares = shares == null ? List.of() : List.copyOf(shares);
    }
}
