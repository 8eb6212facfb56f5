package dev.sluice.operator.resolve;

import dev.sluice.operator.resolve.backend.Backend;
import dev.sluice.operator.resolve.resources.Resolution;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import java.util.List;

/// A route as one listener serves it: with the hostnames that both agree on (`*` for any), and its rules' backends.
public record ResolvedRoute(HTTPRoute route, List<String> hostnames, List<ResolvedRule> rules) {

    public ResolvedRoute {
        hostnames = List.copyOf(hostnames);
        rules = List.copyOf(rules);
    }

    /// A rule and what its references name.
    ///
    /// @param backends one for each backend reference
    /// @param mirrors one for each RequestMirror filter, in the rule's order
    /// @param movable the pools that a picker may move the rule's requests to, because an InferenceModel binds them
    public record ResolvedRule(
            HTTPRouteRule rule,
            List<ResolvedBackend> backends,
            List<Resolution<Backend>> mirrors,
            List<Backend.ResolvedPool> movable) {

        public ResolvedRule {
            backends = List.copyOf(backends);
            mirrors = List.copyOf(mirrors);
            movable = List.copyOf(movable);
        }
    }

    /// A backend reference, its share of the rule's requests, and what it names.
    public record ResolvedBackend(HTTPBackendRef ref, int weight, Resolution<Backend> backend) {}
}
