package dev.sluice.operator.resolve;

import dev.sluice.operator.resolve.Acceptance.Cause;
import dev.sluice.operator.resolve.Acceptance.Refused;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.AllowedRoutes;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ParentReference;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.RouteNamespaces;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// A route attaches to the listeners of a Gateway: the route asks for them, they allow it, and both have a
/// hostname in common.
final class Attachment {

    /// The label that every Namespace has, its name.
    private static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";

    private final Map<String, Map<String, String>> namespaceLabels = new HashMap<>();

    Attachment(List<Namespace> namespaces) {
        for (Namespace namespace : namespaces) {
            if (namespace.getMetadata().getLabels() != null) {
                namespaceLabels.put(
                        namespace.getMetadata().getName(),
                        namespace.getMetadata().getLabels());
            }
        }
    }

    static boolean names(ParentReference parent, HTTPRoute route, Gateway gateway) {
        String namespace = Objects.requireNonNullElse(
                parent.getNamespace(), route.getMetadata().getNamespace());
        return Objects.requireNonNullElse(parent.getKind(), "Gateway").equals("Gateway")
                && Objects.requireNonNullElse(parent.getGroup(), Resources.GATEWAY_API)
                        .equals(Resources.GATEWAY_API)
                && parent.getName().equals(gateway.getMetadata().getName())
                && namespace.equals(gateway.getMetadata().getNamespace());
    }

    Acceptance of(HTTPRoute route, ParentReference parent, Gateway gateway, List<CheckedListener> listeners) {
        List<CheckedListener> named = listeners.stream()
                .filter(listener -> selects(parent, listener.spec()))
                .toList();
        if (named.isEmpty()) {
            return new Refused(
                    Cause.NO_MATCHING_PARENT,
                    "spec.parentRefs: Gateway " + Resources.name(gateway) + " has no listener of that name and port");
        }
        List<CheckedListener> open = named.stream()
                .filter(listener -> listener.takesRoutes() && allows(listener.spec(), route, gateway))
                .toList();
        if (open.isEmpty()) {
            return new Refused(
                    Cause.NOT_ALLOWED_BY_LISTENERS,
                    "no listener of Gateway %s takes HTTPRoutes from namespace %s"
                            .formatted(
                                    Resources.name(gateway), route.getMetadata().getNamespace()));
        }
        List<String> matching = open.stream()
                .map(CheckedListener::spec)
                .filter(listener -> !Hostnames.intersect(
                                Hostnames.of(listener), route.getSpec().getHostnames())
                        .isEmpty())
                .map(Listener::getName)
                .toList();
        if (matching.isEmpty()) {
            return new Refused(
                    Cause.NO_MATCHING_LISTENER_HOSTNAME,
                    "spec.hostnames: no listener of Gateway %s serves any of these".formatted(Resources.name(gateway)));
        }
        Optional<String> unserved = UnservedFields.firstOf(route);
        return unserved.isPresent()
                ? new Refused(Cause.UNSUPPORTED_VALUE, unserved.get())
                : new Acceptance.Accepted(matching);
    }

    private static boolean selects(ParentReference parent, Listener listener) {
        return (parent.getSectionName() == null || parent.getSectionName().equals(listener.getName()))
                && (parent.getPort() == null || parent.getPort().equals(listener.getPort()));
    }

    private boolean allows(Listener listener, HTTPRoute route, Gateway gateway) {
        AllowedRoutes allowed = listener.getAllowedRoutes();
        RouteNamespaces namespaces = allowed == null ? null : allowed.getNamespaces();
        String from = namespaces == null ? null : namespaces.getFrom();
        String home = route.getMetadata().getNamespace();
        return switch (Objects.requireNonNullElse(from, "Same")) {
            case "All" -> true;
            case "Same" -> home.equals(gateway.getMetadata().getNamespace());
            case "Selector" ->
                namespaces != null
                        && namespaces.getSelector() != null
                        && Labels.match(namespaces.getSelector(), labels(home));
            default -> false;
        };
    }

    private Map<String, String> labels(String namespace) {
        Map<String, String> labels = new HashMap<>(namespaceLabels.getOrDefault(namespace, Map.of()));
        labels.put(NAMESPACE_NAME, namespace);
        return labels;
    }
}
