package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The gateway brings requests to a pool.
public record PoolGateway(
        @Default("Auto")
        @JsonPropertyDescription(
                "Managed: a Gateway of Sluice, of GatewayClass sluice. Native: another gateway that supports "
                        + "InferencePools itself; Sluice runs the picker for it, and writes no route, no Gateway and nothing "
                        + "into the pool's status. Auto, the default: whichever has a route to the pool.")
        GatewayMode mode) {

    public PoolGateway(@Nullable GatewayMode mode) {
        this.mode = Objects.requireNonNullElse(mode, GatewayMode.AUTO);
    }
}
