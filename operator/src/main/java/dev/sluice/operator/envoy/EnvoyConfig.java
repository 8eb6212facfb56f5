package dev.sluice.operator.envoy;

import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Plan.Listener;
import dev.sluice.operator.plan.Settings;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A [Plan] in Envoy's words: the resources of LDS, RDS, CDS, EDS and SDS, in a fixed order.
public record EnvoyConfig(
        List<io.envoyproxy.envoy.config.listener.v3.Listener> listeners,
        List<RouteConfiguration> routes,
        List<Cluster> clusters,
        List<ClusterLoadAssignment> endpoints,
        List<Secret> secrets) {

    public EnvoyConfig {
        listeners = List.copyOf(listeners);
        routes = List.copyOf(routes);
        clusters = List.copyOf(clusters);
        endpoints = List.copyOf(endpoints);
        secrets = List.copyOf(secrets);
    }

    /// @param host the address that listeners bind
    public static EnvoyConfig of(Plan plan, Settings settings, String host) {
        Listeners listeners = new Listeners(settings, host);
        Routes routes = new Routes(plan.pools(), settings);
        Collection<Listener> bound = byPort(plan);
        List<Plan.Picker> pickers =
                plan.pools().stream().map(Plan.Pool::picker).distinct().toList();
        return new EnvoyConfig(
                bound.stream().map(listeners::listener).toList(),
                bound.stream().flatMap(routes::configurations).toList(),
                Stream.of(
                                plan.pools().stream().map(Clusters::pool),
                                plan.services().stream().map(Clusters::service),
                                pickers.stream().map(PickerCluster::of))
                        .flatMap(clusters -> clusters)
                        .toList(),
                Stream.of(
                                plan.pools().stream()
                                        .map(pool ->
                                                Clusters.assignment(ClusterNames.pool(pool.name()), pool.endpoints())),
                                plan.services().stream()
                                        .map(service -> Clusters.assignment(
                                                ClusterNames.service(service.name()), service.endpoints())),
                                pickers.stream()
                                        .map(picker ->
                                                Clusters.assignment(ClusterNames.picker(picker), picker.replicas())))
                        .flatMap(assignments -> assignments)
                        .toList(),
                SdsSecrets.secrets(bound));
    }

    /// The other one has a cluster that this one has not.
    boolean lacksClustersOf(EnvoyConfig other) {
        return !names(clusters, Cluster::getName).containsAll(names(other.clusters, Cluster::getName));
    }

    /// This, and what is behind the routes of an earlier one.
    EnvoyConfig keeping(EnvoyConfig earlier) {
        return new EnvoyConfig(
                listeners,
                routes,
                union(clusters, earlier.clusters, Cluster::getName),
                union(endpoints, earlier.endpoints, ClusterLoadAssignment::getClusterName),
                union(secrets, earlier.secrets, Secret::getName));
    }

    /// The configuration with what is behind the routes of this one, and the routes and listeners of another.
    EnvoyConfig withRoutesOf(EnvoyConfig other) {
        return new EnvoyConfig(other.listeners, other.routes, clusters, endpoints, secrets);
    }

    private static <T> List<T> union(List<T> one, List<T> other, Function<T, String> name) {
        Set<String> known = names(one, name);
        return Stream.concat(one.stream(), other.stream().filter(more -> !known.contains(name.apply(more))))
                .toList();
    }

    private static <T> Set<String> names(List<T> resources, Function<T, String> name) {
        return resources.stream().map(name).collect(Collectors.toSet());
    }

    /// Only one listener can have a port; where one Envoy serves several Gateways that want it, the first does.
    private static Collection<Listener> byPort(Plan plan) {
        Map<Integer, Listener> ports = new LinkedHashMap<>();
        plan.listeners().forEach(listener -> ports.putIfAbsent(listener.port(), listener));
        return ports.values();
    }
}
