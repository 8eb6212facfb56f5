package dev.sluice.api.v1;

import com.fasterxml.jackson.annotation.JsonProperty;

/// The failure mode decides what happens to a request when the endpoint picker cannot be reached.
public enum FailureMode {
    @JsonProperty("FailOpen")
    FAIL_OPEN,
    @JsonProperty("FailClose")
    FAIL_CLOSE
}
