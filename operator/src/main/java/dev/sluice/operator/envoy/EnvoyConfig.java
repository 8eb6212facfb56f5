package dev.sluice.operator.envoy;

import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Settings;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.util.List;
import java.util.stream.Stream;

/// A [Plan] in Envoy's words: the resources of LDS, RDS, CDS and EDS, in a fixed order.
public record EnvoyConfig(
        List<Listener> listeners,
        List<RouteConfiguration> routes,
        List<Cluster> clusters,
        List<ClusterLoadAssignment> endpoints) {

    public EnvoyConfig {
        listeners = List.copyOf(listeners);
        routes = List.copyOf(routes);
        clusters = List.copyOf(clusters);
        endpoints = List.copyOf(endpoints);
    }

    public static EnvoyConfig of(Plan plan, Settings settings) {
        Listeners listeners = new Listeners(plan, settings);
        Routes routes = new Routes(plan, settings);
        return new EnvoyConfig(
                plan.listeners().stream().map(listeners::listener).toList(),
                plan.listeners().stream().map(routes::configuration).toList(),
                Stream.of(
                                plan.pools().stream().map(Clusters::pool),
                                plan.services().stream().map(Clusters::service),
                                plan.pools().stream()
                                        .map(Plan.Pool::picker)
                                        .distinct()
                                        .map(Clusters::picker))
                        .flatMap(clusters -> clusters)
                        .toList(),
                Stream.concat(
                                plan.pools().stream()
                                        .map(pool ->
                                                Clusters.assignment(ClusterNames.pool(pool.name()), pool.endpoints())),
                                plan.services().stream()
                                        .map(service -> Clusters.assignment(
                                                ClusterNames.service(service.name()), service.endpoints())))
                        .toList());
    }
}
