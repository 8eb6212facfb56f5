package dev.sluice.operator.resolve;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import java.util.List;

/// A route as one listener serves it: with the hostnames that both agree on (`*` for any), and its rules' backends.
public record ResolvedRoute(HTTPRoute route, List<String> hostnames, List<ResolvedRule> rules) {

    public ResolvedRoute {
        hostnames = List.copyOf(hostnames);
        rules = List.copyOf(rules);
    }

    /// A rule and what its backend references name.
    public record ResolvedRule(HTTPRouteRule rule, List<ResolvedBackend> backends) {

        public ResolvedRule {
            backends = List.copyOf(backends);
        }
    }

    /// One backend reference with its share of the rule's requests.
    public record ResolvedBackend(int weight, Resolution<Backend> backend) {}
}
