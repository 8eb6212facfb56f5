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

/// The kinds that have a status of Sluice's. JOSDK finds a reconciler's kind in its class, so that each is one.
final class StatusReconcilers {

    /// Counts and shares move all the time.
    private static final Duration PACE = Duration.ofSeconds(15);

    private StatusReconcilers() {}

    static List<StatusReconciler<?>> all(Tools tools) {
        return List.of(
                new GatewayClasses(tools),
                new Gateways(tools),
                new Routes(tools),
                new Pools(tools),
                new Models(tools),
                new Policies(tools));
    }

    private static final class GatewayClasses extends StatusReconciler<GatewayClass> {
        GatewayClasses(Tools tools) {
            super(GatewayClass.class, GatewayClass::getStatus, Report::of, Duration.ZERO, tools);
        }
    }

    private static final class Gateways extends StatusReconciler<Gateway> {
        Gateways(Tools tools) {
            super(Gateway.class, Gateway::getStatus, Report::of, Duration.ZERO, tools);
        }
    }

    private static final class Routes extends StatusReconciler<HTTPRoute> {
        Routes(Tools tools) {
            super(HTTPRoute.class, HTTPRoute::getStatus, Report::of, Duration.ZERO, tools);
        }
    }

    private static final class Pools extends StatusReconciler<InferencePool> {
        Pools(Tools tools) {
            super(InferencePool.class, InferencePool::getStatus, Report::of, Duration.ZERO, tools);
        }
    }

    private static final class Models extends StatusReconciler<InferenceModel> {
        Models(Tools tools) {
            super(InferenceModel.class, InferenceModel::getStatus, Report::of, PACE, tools);
        }
    }

    private static final class Policies extends StatusReconciler<InferencePoolPolicy> {
        Policies(Tools tools) {
            super(InferencePoolPolicy.class, InferencePoolPolicy::getStatus, Report::of, PACE, tools);
        }
    }
}
