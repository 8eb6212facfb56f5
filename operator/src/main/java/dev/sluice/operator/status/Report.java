package dev.sluice.operator.status;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1.InferencePoolStatus;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferenceModelStatus;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.api.v1alpha1.InferencePoolPolicyStatus;
import dev.sluice.operator.resolve.Installation;
import dev.sluice.operator.resolve.ResolvedGateway;
import dev.sluice.operator.resolve.Resources;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClassStatus;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayStatus;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteStatus;
import java.util.List;
import java.util.Objects;

/// The status that each resource should have now: pure, made from resources and what was observed.
///
/// Each method takes a resource with the status it has and gives the one it should have: equal to it when there is
/// nothing to write, times of transition kept where nothing changed, and the entries of other controllers as they
/// are.
public final class Report {

    /// @param gateways as resolved from `resources`
    /// @param now when conditions that change have changed, as RFC 3339 says it
    public Report(
            Resources resources,
            Installation installation,
            List<ResolvedGateway> gateways,
            Observed observed,
            String now) {}

    public GatewayClassStatus of(GatewayClass resource) {
        return Objects.requireNonNullElseGet(resource.getStatus(), GatewayClassStatus::new);
    }

    public GatewayStatus of(Gateway resource) {
        return Objects.requireNonNullElseGet(resource.getStatus(), GatewayStatus::new);
    }

    public HTTPRouteStatus of(HTTPRoute resource) {
        return Objects.requireNonNullElseGet(resource.getStatus(), HTTPRouteStatus::new);
    }

    public InferencePoolStatus of(InferencePool resource) {
        return Objects.requireNonNullElseGet(resource.getStatus(), () -> new InferencePoolStatus(List.of()));
    }

    public InferenceModelStatus of(InferenceModel resource) {
        return Objects.requireNonNullElseGet(
                resource.getStatus(), () -> new InferenceModelStatus(List.of(), null, List.of()));
    }

    public InferencePoolPolicyStatus of(InferencePoolPolicy resource) {
        return Objects.requireNonNullElseGet(resource.getStatus(), () -> new InferencePoolPolicyStatus(List.of()));
    }
}
