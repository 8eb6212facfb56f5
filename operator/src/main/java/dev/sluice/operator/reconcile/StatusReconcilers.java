package dev.sluice.operator.reconcile;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.operator.reconcile.StatusReconciler.Tools;
import dev.sluice.operator.status.Report;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// The kinds that have a status of Sluice's. JOSDK finds a reconciler's kind in its class, so that each is one.
final class StatusReconcilers {

    /// Counts and shares move all the time.
    private static final Duration PACE = Duration.ofSeconds(15);

    private StatusReconcilers() {}

    /// @param guest whether another gateway says how Gateways and routes are
    static List<StatusReconciler<?>> all(Tools tools, boolean guest) {
        List<StatusReconciler<?>> ofPools =
                List.of(new PoolReconciler(tools), new ModelReconciler(tools), new PolicyReconciler(tools));
        return guest
                ? ofPools
                : Stream.concat(
                                Stream.of(
                                        new GatewayClassReconciler(tools),
                                        new GatewayReconciler(tools),
                                        new RouteReconciler(tools)),
                                ofPools.stream())
                        .toList();
    }

    private static final class GatewayClassReconciler extends StatusReconciler<GatewayClass> {
        GatewayClassReconciler(Tools tools) {
            super(GatewayClass.class, GatewayClass::getStatus, Report::of, Duration.ZERO, tools);
        }
    }

    private static final class GatewayReconciler extends StatusReconciler<Gateway> {
        GatewayReconciler(Tools tools) {
            super(Gateway.class, Gateway::getStatus, Report::of, Duration.ZERO, tools);
        }
    }

    private static final class RouteReconciler extends StatusReconciler<HTTPRoute> {
        RouteReconciler(Tools tools) {
            super(HTTPRoute.class, HTTPRoute::getStatus, Report::of, Duration.ZERO, tools);
        }
    }

    private static final class PoolReconciler extends StatusReconciler<InferencePool> {
        PoolReconciler(Tools tools) {
            super(InferencePool.class, InferencePool::getStatus, Report::of, Duration.ZERO, tools);
        }
    }

    private static final class ModelReconciler extends StatusReconciler<InferenceModel> {
        ModelReconciler(Tools tools) {
            super(InferenceModel.class, InferenceModel::getStatus, Report::of, PACE, tools);
        }
    }

    private static final class PolicyReconciler extends StatusReconciler<InferencePoolPolicy> {
        PolicyReconciler(Tools tools) {
            super(InferencePoolPolicy.class, InferencePoolPolicy::getStatus, Report::of, PACE, tools);
        }
    }
}
