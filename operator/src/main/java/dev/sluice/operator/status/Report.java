package dev.sluice.operator.status;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1.InferencePoolStatus;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferenceModelStatus;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.api.v1alpha1.InferencePoolPolicyStatus;
import dev.sluice.operator.resolve.GatewayClasses;
import dev.sluice.operator.resolve.GatewayOptions;
import dev.sluice.operator.resolve.ResolvedGateway;
import dev.sluice.operator.resolve.backend.Bindings;
import dev.sluice.operator.resolve.backend.NativePool;
import dev.sluice.operator.resolve.backend.Policies;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.HasMetadata;
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

    private final Resources resources;
    private final Conditions conditions;
    private final GatewayClasses classes;
    private final List<ResolvedGateway> gateways;
    private final Observed observed;
    private final RouteReport routes;
    private final PoolReport pools;
    private final ModelReport models;
    private final PolicyReport policies;

    /// @param gateways as resolved from `resources`
    /// @param now when conditions that change have changed, as RFC 3339 says it
    public Report(
            Resources resources,
            Installation installation,
            List<ResolvedGateway> gateways,
            Observed observed,
            String now) {
        Policies attached = new Policies(resources.all(InferencePoolPolicy.class));
        Bindings bindings = new Bindings(resources.all(InferenceModel.class));
        PoolUses uses = new PoolUses(gateways);
        this.resources = resources;
        this.conditions = new Conditions(now);
        this.classes = new GatewayClasses(resources.all(GatewayClass.class), installation);
        this.gateways = List.copyOf(gateways);
        this.observed = observed;
        this.routes = new RouteReport(conditions, installation.controllerName(), this.gateways);
        this.pools = new PoolReport(conditions, installation, attached, uses);
        this.models = new ModelReport(
                conditions, installation, resources, observed, new ModelReport.Attachments(attached, bindings), uses);
        this.policies =
                new PolicyReport(conditions, resources, observed, attached, NativePool.all(resources, installation));
    }

    /// Of a class that is not ours, the status it has.
    public GatewayClassStatus of(GatewayClass resource) {
        return classes.isOurs(resource)
                ? new ClassReport(conditions).of(resource)
                : Objects.requireNonNullElseGet(resource.getStatus(), GatewayClassStatus::new);
    }

    /// Of a Gateway that is not ours, the status it has.
    public GatewayStatus of(Gateway resource) {
        return gateways.stream()
                .filter(gateway -> isSame(gateway.gateway(), resource))
                .findFirst()
                .map(gateway -> new GatewayReport(
                                conditions,
                                resource,
                                gateway,
                                observed.gateways().get(Resources.name(resource)),
                                GatewayOptions.of(resource, resources).fault())
                        .status())
                .orElseGet(() -> Objects.requireNonNullElseGet(resource.getStatus(), GatewayStatus::new));
    }

    public HTTPRouteStatus of(HTTPRoute resource) {
        return routes.of(resource);
    }

    public InferencePoolStatus of(InferencePool resource) {
        return pools.of(resource);
    }

    public InferenceModelStatus of(InferenceModel resource) {
        return models.of(resource);
    }

    public InferencePoolPolicyStatus of(InferencePoolPolicy resource) {
        return policies.of(resource);
    }

    static boolean isSame(HasMetadata one, HasMetadata other) {
        return Resources.name(one).equals(Resources.name(other));
    }
}
