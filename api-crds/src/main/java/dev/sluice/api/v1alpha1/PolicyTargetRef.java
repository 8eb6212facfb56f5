package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.Names;
import dev.sluice.api.v1.InferencePool;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;

/// A pool that a policy is attached to.
public record PolicyTargetRef(
        @Default(InferencePool.GROUP)
        @Size(min = 0, max = 253)
        @Pattern(Names.GROUP)
        @JsonPropertyDescription("The API group of the target. The default is inference.networking.k8s.io.")
        String group,

        @Default(InferencePool.KIND)
        @Size(min = 1, max = 63)
        @Pattern(Names.KIND)
        @JsonPropertyDescription("The kind of the target. The default is InferencePool.")
        String kind,

        @Required
        @Size(min = 1, max = 253)
        @JsonPropertyDescription("The name of the target, in the policy's own namespace.")
        String name) {

    public PolicyTargetRef {
        group = Objects.requireNonNullElse(group, InferencePool.GROUP);
        kind = Objects.requireNonNullElse(kind, InferencePool.KIND);
    }

    public boolean isPool(String poolName) {
        return group.equals(InferencePool.GROUP) && kind.equals(InferencePool.KIND) && name.equals(poolName);
    }
}
