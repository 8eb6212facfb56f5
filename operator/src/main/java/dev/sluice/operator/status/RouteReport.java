package dev.sluice.operator.status;

import dev.sluice.operator.resolve.Acceptance;
import dev.sluice.operator.resolve.ResolvedGateway;
import dev.sluice.operator.resolve.ResolvedGateway.RouteParent;
import dev.sluice.operator.resolve.ResolvedRoute.ResolvedBackend;
import dev.sluice.operator.resolve.ResolvedRoute.ResolvedRule;
import dev.sluice.operator.resolve.backend.Backend;
import dev.sluice.operator.resolve.resources.Resolution;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteStatus;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteStatusBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ParentReference;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.RouteParentStatus;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.RouteParentStatusBuilder;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// The status of HTTPRoutes: an entry for each parentRef that names a Gateway of ours.
record RouteReport(Conditions conditions, String controllerName, List<ResolvedGateway> gateways) {

    private static final int MOST_PARENTS = 32;

    HTTPRouteStatus of(HTTPRoute resource) {
        HTTPRouteStatus old = resource.getStatus() == null ? new HTTPRouteStatus() : resource.getStatus();
        List<RouteParent> parents = gateways.stream()
                .flatMap(gateway -> gateway.parents().stream())
                .filter(parent -> Report.isSame(parent.route(), resource))
                .sorted(Comparator.comparingInt(
                        parent -> resource.getSpec().getParentRefs().indexOf(parent.ref())))
                .toList();
        return new HTTPRouteStatusBuilder(old)
                .withParents(Entries.merge(
                        old.getParents(),
                        parents,
                        entry -> controllerName.equals(entry.getControllerName()),
                        (entry, parent) -> isSame(entry.getParentRef(), parent.ref(), resource),
                        (entry, parent) -> entry(resource, entry, parent),
                        MOST_PARENTS))
                .build();
    }

    private RouteParentStatus entry(HTTPRoute resource, Optional<RouteParentStatus> old, RouteParent parent) {
        return new RouteParentStatusBuilder()
                .withParentRef(parent.ref())
                .withControllerName(controllerName)
                .withConditions(conditions.replace(
                        old.map(RouteParentStatus::getConditions).orElse(null),
                        List.of(accepted(parent), resolvedRefs(parent)),
                        resource))
                .build();
    }

    private static Finding accepted(RouteParent parent) {
        return switch (parent.acceptance()) {
            case Acceptance.Accepted(List<String> listeners) ->
                Finding.holds(Conditions.ACCEPTED, "Accepted", "attached to " + String.join(", ", listeners));
            case Acceptance.Refused(Acceptance.Cause cause, String message) ->
                Finding.fails(Conditions.ACCEPTED, reason(cause), message);
        };
    }

    private static String reason(Acceptance.Cause cause) {
        return switch (cause) {
            case NO_MATCHING_PARENT -> "NoMatchingParent";
            case NOT_ALLOWED_BY_LISTENERS -> "NotAllowedByListeners";
            case NO_MATCHING_LISTENER_HOSTNAME -> "NoMatchingListenerHostname";
            case UNSUPPORTED_VALUE -> "UnsupportedValue";
        };
    }

    /// The first reference that names nothing speaks for all.
    private static Finding resolvedRefs(RouteParent parent) {
        for (int i = 0; i < parent.rules().size(); i++) {
            Optional<Finding> unresolved =
                    unresolved("spec.rules[" + i + "]", parent.rules().get(i));
            if (unresolved.isPresent()) {
                return unresolved.get();
            }
        }
        return Finding.holds(Conditions.RESOLVED_REFS, "ResolvedRefs", "all that it refers to exists");
    }

    private static Optional<Finding> unresolved(String field, ResolvedRule rule) {
        Stream<Optional<Finding>> backends = rule.backends().stream().map(backend -> unresolved(field, backend));
        Stream<Optional<Finding>> mirrors =
                rule.mirrors().stream().map(mirror -> unresolved(field + ".filters", mirror, false));
        return Stream.concat(backends, mirrors).flatMap(Optional::stream).findFirst();
    }

    private static Optional<Finding> unresolved(String field, ResolvedBackend backend) {
        boolean isService = Objects.requireNonNullElse(backend.ref().getKind(), "Service")
                        .equals("Service")
                && Objects.requireNonNullElse(backend.ref().getGroup(), "").isEmpty();
        return unresolved(field + ".backendRefs", backend.backend(), isService);
    }

    /// Of a Service, what is not supported can only be what it speaks.
    private static Optional<Finding> unresolved(String field, Resolution<Backend> resolution, boolean isService) {
        return switch (resolution) {
            case Resolution.Complete<Backend> _ -> Optional.empty();
            case Resolution.Missing<Backend>(String reason) -> refs("BackendNotFound", field, reason);
            case Resolution.Forbidden<Backend>(String reason) -> refs("RefNotPermitted", field, reason);
            case Resolution.Conflict<Backend>(String reason) -> refs("BackendNotFound", field, reason);
            case Resolution.Unsupported<Backend>(String reason) ->
                refs(isService ? "UnsupportedProtocol" : "InvalidKind", field, reason);
        };
    }

    private static Optional<Finding> refs(String reason, String field, String message) {
        return Optional.of(Finding.fails(Conditions.RESOLVED_REFS, reason, field + ": " + message));
    }

    private static boolean isSame(ParentReference one, ParentReference other, HTTPRoute route) {
        return kind(one).equals(kind(other))
                && namespace(one, route).equals(namespace(other, route))
                && Objects.equals(one.getName(), other.getName())
                && Objects.equals(one.getSectionName(), other.getSectionName())
                && Objects.equals(one.getPort(), other.getPort());
    }

    private static String kind(ParentReference ref) {
        return Objects.requireNonNullElse(ref.getGroup(), "gateway.networking.k8s.io") + "/"
                + Objects.requireNonNullElse(ref.getKind(), "Gateway");
    }

    private static String namespace(ParentReference ref, HTTPRoute route) {
        return Objects.requireNonNullElse(
                ref.getNamespace(), route.getMetadata().getNamespace());
    }
}
