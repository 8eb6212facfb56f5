package dev.sluice.api.v1;

import com.fasterxml.jackson.annotation.JsonProperty;

/// The protocol that a pool's endpoints speak.
public enum AppProtocol {
    @JsonProperty("http")
    HTTP,
    @JsonProperty("kubernetes.io/h2c")
    H2C
}
