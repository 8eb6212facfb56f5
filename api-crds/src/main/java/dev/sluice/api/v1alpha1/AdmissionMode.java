package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/// The mode decides what becomes of requests for a saturated pool.
public enum AdmissionMode {
    @JsonProperty("Queue")
    QUEUE,
    @JsonProperty("Off")
    OFF
}
