package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/// The status has what Sluice reports about a policy.
public record InferencePoolPolicyStatus(
        @Size(max = 8)
        @JsonPropertyDescription(
                "Known types are Accepted (the policy is in force for all its pools; where it cannot be "
                        + "read, the last good one is) and ResolvedRefs (its targets exist).")
        List<Condition> conditions,

        @Size(max = 16) @JsonPropertyDescription("The state of each pool that the policy is for.")
        List<PolicyPoolStatus> pools) {

    public InferencePoolPolicyStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
        pools = pools == null ? List.of() : List.copyOf(pools);
    }
}
