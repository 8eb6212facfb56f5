package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.v1.EndpointPickerRef;
import dev.sluice.api.v1.FailureMode;
import dev.sluice.api.v1.InferencePoolSpec;
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
        GatewayMode mode,

        @JsonPropertyDescription(
                "What a Gateway of Sluice does with requests while no endpoint picker answers: FailClose "
                        + "answers them with 503; FailOpen lets Envoy choose an endpoint. The default is the failureMode of the "
                        + "pool's endpointPickerRef, and FailClose where the pool names no picker.")
        @Nullable
        FailureMode failureMode) {

    public PoolGateway(@Nullable GatewayMode mode, @Nullable FailureMode failureMode) {
        this.mode = Objects.requireNonNullElse(mode, GatewayMode.AUTO);
        this.failureMode = failureMode;
    }

    /// The failure mode of a pool: this one's, the pool's own, or the default.
    public FailureMode failureModeOf(InferencePoolSpec pool) {
        if (failureMode != null) {
            return failureMode;
        }
        EndpointPickerRef picker = pool.endpointPickerRef();
        return picker == null ? FailureMode.FAIL_CLOSE : picker.failureMode();
    }
}
