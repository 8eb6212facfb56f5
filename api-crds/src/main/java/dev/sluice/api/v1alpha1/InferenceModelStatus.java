package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The status has what Sluice reports about a model.
public record InferenceModelStatus(
        @Size(max = 8)
        @JsonPropertyDescription("Known types are Accepted (the name is this InferenceModel's in each of its pools), "
                + "ResolvedRefs (what it refers to exists), Ready (at least one endpoint serves it), ModelRouting "
                + "(requests find the pools that serve it, whichever pool their route names) and ResponsesRenamed "
                + "(answers carry the name that clients sent).")
        List<Condition> conditions,

        @JsonPropertyDescription(
                "The number of ready endpoints that serve the model now; of several targets that share endpoints the "
                        + "most widely served counts. Absent while no picker reports it.")
        @Nullable
        Integer readyEndpoints,

        @Size(max = 16) @JsonPropertyDescription("The state of each target.")
        List<TargetStatus> targets) {

    public InferenceModelStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
        targets = targets == null ? List.of() : List.copyOf(targets);
    }
}
