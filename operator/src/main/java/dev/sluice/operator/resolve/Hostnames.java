package dev.sluice.operator.resolve;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The hostnames that a listener and a route agree on. `*.example.com` stands for every name that ends in
/// `.example.com`.
final class Hostnames {

    static final String ANY = "*";

    private Hostnames() {}

    static String of(Listener listener) {
        String hostname = listener.getHostname();
        return hostname == null || hostname.isEmpty() ? ANY : hostname;
    }

    /// The names that both serve, without duplicates, in the route's order; empty when they have none in common.
    static List<String> intersect(String listener, @Nullable List<String> route) {
        if (route == null || route.isEmpty()) {
            return List.of(listener);
        }
        return route.stream()
                .flatMap(hostname -> intersect(listener, hostname))
                .distinct()
                .toList();
    }

    private static Stream<String> intersect(String one, String other) {
        if (covers(one, other)) {
            return Stream.of(other);
        }
        return covers(other, one) ? Stream.of(one) : Stream.empty();
    }

    private static boolean covers(String wider, String narrower) {
        return wider.equals(ANY)
                || wider.equals(narrower)
                || (wider.startsWith("*.") && narrower.endsWith(wider.substring(1)));
    }
}
