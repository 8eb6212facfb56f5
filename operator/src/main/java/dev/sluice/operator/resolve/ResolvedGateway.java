package dev.sluice.operator.resolve;

import dev.sluice.operator.resolve.ResolvedRoute.ResolvedRule;
import dev.sluice.operator.resolve.resources.Resolution;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ParentReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A Gateway with everything that its listeners lead to.
///
/// @param parents one for each parentRef by which a route asks for this Gateway, granted or not
public record ResolvedGateway(Gateway gateway, List<ResolvedListener> listeners, List<RouteParent> parents) {

    public ResolvedGateway {
        listeners = List.copyOf(listeners);
        parents = List.copyOf(parents);
    }

    /// A listener and the routes attached to it.
    ///
    /// A request belongs to the served listener of its port with the most specific hostname that covers the
    /// request's, and to no other, even when that listener has no route for it.
    ///
    /// @param spec what the Gateway says of it
    /// @param certificates those that it presents, none on a plain one; or why it cannot be served
    /// @param fault why it cannot be served; null exactly where `certificates` is complete
    /// @param kinds which kinds of routes it takes
    public record ResolvedListener(
            Listener spec,
            Resolution<List<TlsKeyPair>> certificates,
            @Nullable ListenerFault fault,
            RouteKinds kinds,
            List<ResolvedRoute> routes) {

        public ResolvedListener {
            routes = List.copyOf(routes);
            if ((fault == null) != certificates instanceof Resolution.Complete) {
                throw new IllegalArgumentException(fault + " does not go with " + certificates);
            }
        }

        /// The hostname that it serves; `*` for any.
        public String hostname() {
            return Hostnames.of(spec);
        }
    }

    /// The kinds of routes that a listener takes.
    ///
    /// @param httpRoutes whether HTTPRoutes, the only kind that Sluice knows, are among them
    /// @param unknown those that the Gateway's owner asks for in vain, as `Kind.group`
    public record RouteKinds(boolean httpRoutes, List<String> unknown) {

        public RouteKinds {
            unknown = List.copyOf(unknown);
        }
    }

    /// The result for one parentRef of a route.
    public record RouteParent(HTTPRoute route, ParentReference ref, Acceptance acceptance, List<ResolvedRule> rules) {

        public RouteParent {
            rules = List.copyOf(rules);
        }

        public boolean isAccepted() {
            return acceptance instanceof Acceptance.Accepted;
        }
    }
}
