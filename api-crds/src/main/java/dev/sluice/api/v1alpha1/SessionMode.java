package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/// The mode tells what a session's endpoint is worth.
public enum SessionMode {
    @JsonProperty("Soft")
    SOFT,
    @JsonProperty("Strict")
    STRICT
}
