package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/// What Sluice reports about a policy.
public record InferencePoolPolicyStatus(
        @Size(max = 8)
        @JsonPropertyDescription("Known types are Accepted (the policy is in force; when it is not, the last good one "
                + "is) and ResolvedRefs (its targets exist).")
        List<Condition> conditions) {

    public InferencePoolPolicyStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }
}
