package dev.sluice.operator.resolve;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.AllowedRoutes;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ParentReference;

/// Whether a route attaches to a listener: the route asks for it, and the listener allows it.
final class Attachment {

    private Attachment() {}

    static boolean attaches(HTTPRoute route, Gateway gateway, Listener listener) {
        return allows(listener, route, gateway)
                && Resolver.orEmpty(route.getSpec().getParentRefs()).stream()
                        .anyMatch(parent -> names(parent, route, gateway) && selects(parent, listener));
    }

    private static boolean names(ParentReference parent, HTTPRoute route, Gateway gateway) {
        String namespace = parent.getNamespace() == null ? route.getMetadata().getNamespace() : parent.getNamespace();
        return (parent.getKind() == null || parent.getKind().equals("Gateway"))
                && (parent.getGroup() == null || parent.getGroup().equals("gateway.networking.k8s.io"))
                && parent.getName().equals(gateway.getMetadata().getName())
                && namespace.equals(gateway.getMetadata().getNamespace());
    }

    private static boolean selects(ParentReference parent, Listener listener) {
        return (parent.getSectionName() == null || parent.getSectionName().equals(listener.getName()))
                && (parent.getPort() == null || parent.getPort().equals(listener.getPort()));
    }

    /// Namespaces by label selector would need the Namespace objects; such a listener takes no route of another one.
    private static boolean allows(Listener listener, HTTPRoute route, Gateway gateway) {
        AllowedRoutes allowed = listener.getAllowedRoutes();
        boolean all = allowed != null
                && allowed.getNamespaces() != null
                && "All".equals(allowed.getNamespaces().getFrom());
        return all
                || route.getMetadata()
                        .getNamespace()
                        .equals(gateway.getMetadata().getNamespace());
    }
}
