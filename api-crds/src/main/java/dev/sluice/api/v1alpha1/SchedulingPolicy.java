package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/// The rule by which an endpoint is chosen.
public enum SchedulingPolicy {
    @JsonProperty("Cost")
    COST,
    @JsonProperty("Weighted")
    WEIGHTED,
    @JsonProperty("LeastRequest")
    LEAST_REQUEST,
    @JsonProperty("RoundRobin")
    ROUND_ROBIN,
    @JsonProperty("Random")
    RANDOM
}
