package dev.sluice.operator.status;

import dev.sluice.operator.resolve.ListenerFault;
import dev.sluice.operator.resolve.ResolvedGateway;
import dev.sluice.operator.resolve.ResolvedGateway.ResolvedListener;
import dev.sluice.operator.resolve.resources.Resolution;
import dev.sluice.operator.status.Observed.GatewayState;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayStatus;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayStatusAddress;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayStatusBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ListenerStatus;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ListenerStatusBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.RouteGroupKind;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The status of a Gateway and of its listeners.
///
/// @param resource with the status it has
/// @param observed its Envoys; null when it has none yet
/// @param parametersFault of the parameters that it refers to; null for none
record GatewayReport(
        Conditions conditions,
        Gateway resource,
        ResolvedGateway resolved,
        @Nullable GatewayState observed,
        @Nullable String parametersFault) {

    private static final int MOST_ADDRESSES = 16;
    private static final RouteGroupKind HTTP_ROUTE = new RouteGroupKind("gateway.networking.k8s.io", "HTTPRoute");

    GatewayStatus status() {
        GatewayStatus old = resource.getStatus() == null ? new GatewayStatus() : resource.getStatus();
        Finding accepted = accepted();
        Finding programmed = programmed(accepted);
        return new GatewayStatusBuilder(old)
                .withAddresses(addresses())
                .withConditions(conditions.merge(old.getConditions(), List.of(accepted, programmed), resource))
                .withListeners(resolved.listeners().stream()
                        .map(listener -> listener(listener, old, programmed))
                        .toList())
                .build();
    }

    private List<GatewayStatusAddress> addresses() {
        return observed == null
                ? List.of()
                : observed.addresses().stream()
                        .distinct()
                        .limit(MOST_ADDRESSES)
                        .map(address ->
                                new GatewayStatusAddress(isLiteral(address) ? "IPAddress" : "Hostname", address))
                        .toList();
    }

    private static boolean isLiteral(String address) {
        try {
            InetAddress.ofLiteral(address);
            return true;
        } catch (IllegalArgumentException name) {
            return false;
        }
    }

    private Finding accepted() {
        if (parametersFault != null) {
            return Finding.fails(Conditions.ACCEPTED, "InvalidParameters", parametersFault);
        }
        if (resource.getSpec().getAddresses() != null
                && resource.getSpec().getAddresses().stream()
                        .anyMatch(address -> address.getValue() != null
                                && !address.getValue().isEmpty())) {
            return Finding.fails(
                    Conditions.ACCEPTED,
                    "UnsupportedAddress",
                    "spec.addresses: the Gateway's Service gets its address from the cluster, not from here; remove them");
        }
        String bad = resolved.listeners().stream()
                .filter(listener -> isRefused(listener.fault()))
                .map(listener -> listener.spec().getName())
                .collect(Collectors.joining(", "));
        if (bad.isEmpty()) {
            return Finding.holds(Conditions.ACCEPTED, "Accepted", "Sluice runs this Gateway");
        }
        boolean none = resolved.listeners().stream().allMatch(listener -> isRefused(listener.fault()));
        return new Finding(
                Conditions.ACCEPTED,
                none ? Finding.Truth.FALSE : Finding.Truth.TRUE,
                "ListenersNotValid",
                "listeners that are not accepted: " + bad);
    }

    private Finding programmed(Finding accepted) {
        if (!accepted.holds()) {
            return Finding.fails(Conditions.PROGRAMMED, "Invalid", accepted.message());
        }
        if (resolved.listeners().stream().noneMatch(listener -> listener.fault() == null)) {
            return Finding.fails(Conditions.PROGRAMMED, "Invalid", "no listener can be served");
        }
        if (observed != null && observed.refusal() != null) {
            return Finding.fails(
                    Conditions.PROGRAMMED,
                    "Invalid",
                    "Envoy refused the newest configuration and serves the last one: " + observed.refusal());
        }
        if (observed == null || observed.ready() == 0) {
            return Finding.fails(
                    Conditions.PROGRAMMED,
                    "Pending",
                    "no Envoy of this Gateway is ready; see the events of its Deployment and pods");
        }
        return observed.addresses().isEmpty()
                ? Finding.fails(
                        Conditions.PROGRAMMED,
                        "AddressNotAssigned",
                        "the Gateway's Service has no address yet; where the cluster assigns none, set gateway.serviceType to NodePort or ClusterIP")
                : Finding.holds(Conditions.PROGRAMMED, "Programmed", "Envoy serves this Gateway");
    }

    private ListenerStatus listener(ResolvedListener listener, GatewayStatus old, Finding programmed) {
        Optional<ListenerStatus> before = old.getListeners().stream()
                .filter(status -> listener.spec().getName().equals(status.getName()))
                .findFirst();
        return new ListenerStatusBuilder()
                .withName(listener.spec().getName())
                .withSupportedKinds(listener.kinds().httpRoutes() ? List.of(HTTP_ROUTE) : List.of())
                .withAttachedRoutes(listener.routes().size())
                .withConditions(conditions.replace(
                        before.map(ListenerStatus::getConditions).orElse(null),
                        List.of(
                                accepted(listener),
                                conflicted(listener),
                                resolvedRefs(listener),
                                programmed(listener, programmed)),
                        resource))
                .build();
    }

    private static Finding accepted(ResolvedListener listener) {
        ListenerFault fault = listener.fault();
        return fault == null || !isRefused(fault)
                ? Finding.holds(Conditions.ACCEPTED, "Accepted", "the listener is accepted")
                : Finding.fails(Conditions.ACCEPTED, reason(fault), message(listener));
    }

    private static Finding conflicted(ResolvedListener listener) {
        ListenerFault fault = listener.fault();
        return fault != null && fault.isConflict()
                ? Finding.holds("Conflicted", reason(fault), message(listener))
                : Finding.fails("Conflicted", "NoConflicts", "no other listener is in its way");
    }

    private static Finding resolvedRefs(ResolvedListener listener) {
        ListenerFault fault = listener.fault();
        if (fault != null && fault.isOfReferences()) {
            return Finding.fails(Conditions.RESOLVED_REFS, reason(fault), message(listener));
        }
        return listener.kinds().unknown().isEmpty()
                ? Finding.holds(Conditions.RESOLVED_REFS, "ResolvedRefs", "all that it refers to exists")
                : Finding.fails(
                        Conditions.RESOLVED_REFS,
                        "InvalidRouteKinds",
                        "allowedRoutes.kinds: Sluice serves HTTPRoutes, not "
                                + String.join(", ", listener.kinds().unknown()));
    }

    /// A listener that can be served is as far as its Gateway.
    private static Finding programmed(ResolvedListener listener, Finding gateway) {
        if (listener.fault() != null) {
            return Finding.fails(Conditions.PROGRAMMED, "Invalid", message(listener));
        }
        return gateway.holds()
                ? Finding.holds(Conditions.PROGRAMMED, "Programmed", "Envoy serves this listener")
                : Finding.fails(
                        Conditions.PROGRAMMED,
                        gateway.reason().equals("Invalid") ? "Invalid" : "Pending",
                        gateway.message());
    }

    private static boolean isRefused(@Nullable ListenerFault fault) {
        return fault != null && !fault.isOfReferences();
    }

    private static String message(ResolvedListener listener) {
        return switch (listener.certificates()) {
            case Resolution.Complete<?> _ -> "";
            case Resolution.Missing<?>(String reason) -> reason;
            case Resolution.Forbidden<?>(String reason) -> reason;
            case Resolution.Conflict<?>(String reason) -> reason;
            case Resolution.Unsupported<?>(String reason) -> reason;
        };
    }

    private static String reason(ListenerFault fault) {
        return switch (fault) {
            case UNSUPPORTED_PROTOCOL -> "UnsupportedProtocol";
            case UNSUPPORTED_VALUE -> "UnsupportedValue";
            case PORT_UNAVAILABLE -> "PortUnavailable";
            case PROTOCOL_CONFLICT -> "ProtocolConflict";
            case HOSTNAME_CONFLICT -> "HostnameConflict";
            case INVALID_CERTIFICATE_REF -> "InvalidCertificateRef";
            case REF_NOT_PERMITTED -> "RefNotPermitted";
        };
    }
}
