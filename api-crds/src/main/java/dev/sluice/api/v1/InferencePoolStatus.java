package dev.sluice.api.v1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/// The status has what gateways report about a pool, one entry for each gateway that routes to it.
public record InferencePoolStatus(
        @Size(max = 32)
        @JsonPropertyDescription("One entry for each gateway that routes to this pool, written by that gateway's "
                + "controller and removed by it when it no longer does.")
        List<ParentStatus> parents) {

    public InferencePoolStatus {
        parents = parents == null ? List.of() : List.copyOf(parents);
    }
}
