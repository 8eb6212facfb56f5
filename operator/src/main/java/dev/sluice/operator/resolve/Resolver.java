package dev.sluice.operator.resolve;

import dev.sluice.operator.resolve.ResolvedGateway.ResolvedListener;
import dev.sluice.operator.resolve.ResolvedRoute.ResolvedBackend;
import dev.sluice.operator.resolve.ResolvedRoute.ResolvedRule;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Resolves the Gateways of one class. The oldest comes first everywhere, and then the alphabet, so that the same
/// resources give the same result in whatever order they arrive.
public final class Resolver {

    /// The name of the GatewayClass that is Sluice's own.
    public static final String GATEWAY_CLASS = "sluice";

    static final Comparator<HasMetadata> OLDEST_FIRST = Comparator.comparing((HasMetadata object) ->
                    Objects.requireNonNullElse(object.getMetadata().getCreationTimestamp(), ""))
            .thenComparing(object -> object.getMetadata().getNamespace())
            .thenComparing(object -> object.getMetadata().getName());

    private final Resources resources;
    private final Backends backends;
    private final Map<Integer, String> portOwners = new HashMap<>();

    private Resolver(Resources resources) {
        this.resources = resources;
        this.backends = new Backends(resources);
    }

    /// Every Gateway of the installation's classes, the oldest first.
    public static List<ResolvedGateway> resolve(Resources resources, Installation installation) {
        Resolver resolver = new Resolver(resources);
        return resources.all(Gateway.class).stream()
                .filter(gateway -> GATEWAY_CLASS.equals(gateway.getSpec().getGatewayClassName()))
                .sorted(OLDEST_FIRST)
                .map(resolver::gateway)
                .toList();
    }

    private ResolvedGateway gateway(Gateway gateway) {
        List<ResolvedListener> listeners = new ArrayList<>();
        List<String> taken = new ArrayList<>();
        for (Listener listener : gateway.getSpec().getListeners()) {
            Resolution<List<Certificate>> resolution = listener(gateway, listener, taken);
            listeners.add(new ResolvedListener(
                    listener,
                    resolution,
                    resolution instanceof Resolution.Complete ? routes(gateway, listener) : List.of()));
        }
        return new ResolvedGateway(gateway, listeners);
    }

    private Resolution<List<Certificate>> listener(Gateway gateway, Listener listener, List<String> taken) {
        if (!"HTTP".equals(listener.getProtocol())) {
            return new Resolution.Unsupported<>("listeners of protocol " + listener.getProtocol() + " are not served");
        }
        String owner = portOwners.putIfAbsent(listener.getPort(), name(gateway));
        if (owner != null && !owner.equals(name(gateway))) {
            return new Resolution.Conflict<>("port " + listener.getPort() + " is taken by Gateway " + owner);
        }
        String claim = listener.getPort() + "/" + hostname(listener);
        if (taken.contains(claim)) {
            return new Resolution.Conflict<>("another listener of this Gateway has port " + listener.getPort()
                    + " and hostname " + hostname(listener));
        }
        taken.add(claim);
        return new Resolution.Complete<>(List.of());
    }

    private List<ResolvedRoute> routes(Gateway gateway, Listener listener) {
        List<ResolvedRoute> routes = new ArrayList<>();
        resources.all(HTTPRoute.class).stream()
                .filter(route -> Attachment.attaches(route, gateway, listener))
                .sorted(OLDEST_FIRST)
                .forEach(route -> {
                    List<String> hostnames = Hostnames.intersect(
                            hostname(listener), route.getSpec().getHostnames());
                    if (!hostnames.isEmpty()) {
                        routes.add(new ResolvedRoute(route, hostnames, rules(route)));
                    }
                });
        return routes;
    }

    private List<ResolvedRule> rules(HTTPRoute route) {
        List<ResolvedRule> rules = new ArrayList<>();
        for (HTTPRouteRule rule : orEmpty(route.getSpec().getRules())) {
            List<ResolvedBackend> resolved = orEmpty(rule.getBackendRefs()).stream()
                    .map(ref -> new ResolvedBackend(
                            ref, Objects.requireNonNullElse(ref.getWeight(), 1), backends.resolve(route, ref)))
                    .toList();
            rules.add(new ResolvedRule(rule, resolved, List.of(), List.of()));
        }
        return rules;
    }

    private static String hostname(Listener listener) {
        String hostname = listener.getHostname();
        return hostname == null || hostname.isEmpty() ? Hostnames.ANY : hostname;
    }

    static String name(HasMetadata object) {
        return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
    }

    static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
