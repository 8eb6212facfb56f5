package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/// The policy decides whether requests of a class may end running requests of lower priority.
public enum PreemptionPolicy {
    @JsonProperty("PreemptLowerPriority")
    PREEMPT_LOWER_PRIORITY,
    @JsonProperty("Never")
    NEVER
}
