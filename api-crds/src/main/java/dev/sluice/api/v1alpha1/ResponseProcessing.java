package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/// The part of a response that passes through the picker.
public enum ResponseProcessing {
    @JsonProperty("Full")
    FULL,
    @JsonProperty("Headers")
    HEADERS
}
