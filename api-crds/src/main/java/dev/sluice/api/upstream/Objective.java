package dev.sluice.api.upstream;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import org.jspecify.annotations.Nullable;

/// Upstream's InferenceObjective: a priority in one pool that requests name by a header.
public abstract class Objective extends CustomResource<Objective.ObjectiveSpec, Void> implements Namespaced {
    /// @param priority higher first, below 0 sheddable; null is 0
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ObjectiveSpec(@Nullable Integer priority, LegacyPoolRef poolRef) {}
}
