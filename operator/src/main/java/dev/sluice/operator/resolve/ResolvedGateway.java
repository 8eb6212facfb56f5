package dev.sluice.operator.resolve;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import java.util.List;

/// A Gateway with everything that its listeners lead to.
public record ResolvedGateway(Gateway gateway, List<ResolvedListener> listeners) {

    public ResolvedGateway {
        listeners = List.copyOf(listeners);
    }

    /// A listener, if it can be served, and the routes attached to it.
    public record ResolvedListener(Resolution<Listener> listener, List<ResolvedRoute> routes) {

        public ResolvedListener {
            routes = List.copyOf(routes);
        }
    }
}
