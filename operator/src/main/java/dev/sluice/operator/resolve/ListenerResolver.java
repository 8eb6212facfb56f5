package dev.sluice.operator.resolve;

import dev.sluice.operator.resolve.ResolvedGateway.RouteKinds;
import dev.sluice.operator.resolve.resources.Resolution;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.AllowedRoutes;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.RouteGroupKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks the listeners of Gateways: what they ask for, whether they are at odds, and their certificates.
final class ListenerResolver {

    private static final String HTTP = "HTTP";
    private static final String HTTPS = "HTTPS";
    private static final Set<String> PROTOCOLS = Set.of(HTTP, HTTPS);

    private final CertificateRefs certificates;
    private final boolean onePortEach;
    private final Map<Integer, String> portOwners = new HashMap<>();

    /// @param onePortEach whether a port belongs to the first Gateway that asks for it
    ListenerResolver(CertificateRefs certificates, boolean onePortEach) {
        this.certificates = certificates;
        this.onePortEach = onePortEach;
    }

    List<CheckedListener> check(Gateway gateway) {
        List<Listener> all = gateway.getSpec().getListeners();
        List<CheckedListener> checked = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            List<Listener> others = new ArrayList<>(all);
            others.remove(i);
            checked.add(check(gateway, all.get(i), others));
        }
        return checked;
    }

    private CheckedListener check(Gateway gateway, Listener listener, List<Listener> others) {
        RouteKinds kinds = kinds(listener);
        if (!PROTOCOLS.contains(listener.getProtocol())) {
            return new CheckedListener(
                    listener,
                    new Resolution.Unsupported<>(
                            "listeners of protocol " + listener.getProtocol() + " are not served; use HTTP or HTTPS"),
                    ListenerFault.UNSUPPORTED_PROTOCOL,
                    new RouteKinds(false, kinds.unknown()));
        }
        ListenerFault conflict = conflict(listener, others);
        if (conflict != null) {
            String what = conflict == ListenerFault.PROTOCOL_CONFLICT ? "another protocol" : "the same hostname";
            return new CheckedListener(
                    listener,
                    new Resolution.Conflict<>(
                            "another listener of this Gateway has port " + listener.getPort() + " with " + what),
                    conflict,
                    kinds);
        }
        String owner = onePortEach ? portOwners.putIfAbsent(listener.getPort(), Resources.name(gateway)) : null;
        if (owner != null && !owner.equals(Resources.name(gateway))) {
            return new CheckedListener(
                    listener,
                    new Resolution.Conflict<>(
                            "port " + listener.getPort() + " is taken by Gateway " + owner + "; choose another port"),
                    ListenerFault.PORT_UNAVAILABLE,
                    kinds);
        }
        return HTTPS.equals(listener.getProtocol())
                ? withCertificates(gateway, listener, kinds)
                : new CheckedListener(listener, new Resolution.Complete<>(List.of()), null, kinds);
    }

    /// Of listeners at odds none wins. Those of other protocols are not served anyway, and are in nobody's way.
    private static @Nullable ListenerFault conflict(Listener listener, List<Listener> others) {
        List<Listener> neighbours = others.stream()
                .filter(other -> PROTOCOLS.contains(other.getProtocol())
                        && other.getPort().equals(listener.getPort()))
                .toList();
        if (neighbours.stream().anyMatch(other -> !other.getProtocol().equals(listener.getProtocol()))) {
            return ListenerFault.PROTOCOL_CONFLICT;
        }
        return neighbours.stream().anyMatch(other -> Hostnames.of(other).equals(Hostnames.of(listener)))
                ? ListenerFault.HOSTNAME_CONFLICT
                : null;
    }

    private CheckedListener withCertificates(Gateway gateway, Listener listener, RouteKinds kinds) {
        String mode = listener.getTls() == null ? null : listener.getTls().getMode();
        if (!Objects.requireNonNullElse(mode, "Terminate").equals("Terminate")) {
            return new CheckedListener(
                    listener,
                    new Resolution.Unsupported<>(
                            "tls.mode: " + mode + " is not served on HTTPS listeners; use Terminate"),
                    ListenerFault.UNSUPPORTED_VALUE,
                    kinds);
        }
        if (gateway.getSpec().getTls() != null && gateway.getSpec().getTls().getFrontend() != null) {
            return new CheckedListener(
                    listener,
                    new Resolution.Unsupported<>(
                            "spec.tls.frontend: verifying clients' certificates is not supported yet; "
                                    + "remove it to serve this listener"),
                    ListenerFault.UNSUPPORTED_VALUE,
                    kinds);
        }
        Resolution<List<TlsKeyPair>> resolved = certificates.of(gateway, listener);
        ListenerFault fault = switch (resolved) {
            case Resolution.Complete<List<TlsKeyPair>> _ -> null;
            case Resolution.Forbidden<List<TlsKeyPair>> _ -> ListenerFault.REF_NOT_PERMITTED;
            case Resolution.Missing<List<TlsKeyPair>> _,
                    Resolution.Conflict<List<TlsKeyPair>> _,
                    Resolution.Unsupported<List<TlsKeyPair>> _ -> ListenerFault.INVALID_CERTIFICATE_REF;
        };
        return new CheckedListener(listener, resolved, fault, kinds);
    }

    /// Without a list, a listener takes what its protocol carries.
    private static RouteKinds kinds(Listener listener) {
        AllowedRoutes allowed = listener.getAllowedRoutes();
        List<RouteGroupKind> wanted = allowed == null ? List.of() : Resources.orEmpty(allowed.getKinds());
        List<String> unknown = wanted.stream()
                .filter(kind -> !isHttpRoute(kind))
                .map(kind -> kind.getKind() + "." + group(kind.getGroup()))
                .toList();
        return new RouteKinds(wanted.isEmpty() || unknown.size() < wanted.size(), unknown);
    }

    private static boolean isHttpRoute(RouteGroupKind kind) {
        return "HTTPRoute".equals(kind.getKind()) && Resources.GATEWAY_API.equals(group(kind.getGroup()));
    }

    private static String group(@Nullable String group) {
        return Objects.requireNonNullElse(group, Resources.GATEWAY_API);
    }
}
