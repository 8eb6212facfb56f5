package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/// Whose gateway serves a pool.
public enum GatewayMode {
    @JsonProperty("Auto")
    AUTO,
    @JsonProperty("Managed")
    MANAGED,
    @JsonProperty("Native")
    NATIVE
}
