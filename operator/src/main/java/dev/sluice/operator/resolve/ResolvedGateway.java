package dev.sluice.operator.resolve;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import java.util.List;

/// A Gateway with everything that its listeners lead to.
public record ResolvedGateway(Gateway gateway, List<ResolvedListener> listeners) {

    public ResolvedGateway {
        listeners = List.copyOf(listeners);
    }

    /// A listener and the routes attached to it.
    ///
    /// @param spec what the Gateway says of it
    /// @param certificates those that it presents, none on a plain one; or why it cannot be served
    public record ResolvedListener(
            Listener spec, Resolution<List<Certificate>> certificates, List<ResolvedRoute> routes) {

        public ResolvedListener {
            routes = List.copyOf(routes);
        }
    }
}
