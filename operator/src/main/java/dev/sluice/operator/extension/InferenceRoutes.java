package dev.sluice.operator.extension;

import com.google.protobuf.util.Durations;
import dev.sluice.operator.envoy.EnvoyConfig;
import dev.sluice.operator.envoy.Routes;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Revisions;
import dev.sluice.operator.plan.Settings;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A configuration of another gateway with Sluice's part of it: its routes to inference pools lead there, by the same
/// shares, pickers and failure modes as Sluice's own Gateways have; what else it says of them stays.
///
/// The same configuration and plan give the same answer, and an answer that comes back is answered with itself.
final class InferenceRoutes {

    /// The name that Envoy Gateway gives to a route of an HTTPRoute; a rule without matches counts as one of -1.
    private static final Pattern NAME = Pattern.compile(
            "httproute/(?<namespace>[^/]+)/(?<name>[^/]+)/rule/(?<rule>\\d+)/match/(?<match>-?\\d+)(/.*)?");

    private final Map<String, Plan.Route> planned = new HashMap<>();
    private final Map<String, String> revisions;
    private final List<Cluster> clusters;
    private final Routes routes;

    /// @param endpoints where Envoys get the endpoints of what Sluice adds
    InferenceRoutes(Plan plan, Settings settings, Plan.Address endpoints) {
        plan.listeners().stream()
                .flatMap(Plan.Listener::everyHost)
                .flatMap(host -> host.routes().stream())
                .forEach(route -> planned.putIfAbsent(route.name(), route));
        this.routes = new Routes(plan.pools(), settings);
        this.revisions = Revisions.of(plan);
        EndpointSource source = new EndpointSource(endpoints);
        this.clusters = EnvoyConfig.of(plan, settings, settings.listenHost()).clusters().stream()
                .map(source::serves)
                .toList();
    }

    /// The plan has the route of this name.
    boolean knows(String name) {
        return planned(name) != null;
    }

    /// The revisions of HTTPRoutes, by `namespace/name`.
    Map<String, String> revisions() {
        return revisions;
    }

    /// The HTTPRoute of a route of Envoy Gateway's, `namespace/name`; nothing for another's.
    static Optional<String> owner(String name) {
        Matcher parts = NAME.matcher(name);
        return parts.matches() ? Optional.of(parts.group("namespace") + "/" + parts.group("name")) : Optional.empty();
    }

    Hooks.GatewayConfig over(Hooks.GatewayConfig theirs) {
        Set<String> changed = new HashSet<>();
        List<RouteConfiguration> configurations = theirs.routes().stream()
                .map(each -> {
                    RouteConfiguration ours = configuration(each);
                    if (!ours.equals(each)) {
                        changed.add(each.getName());
                    }
                    return ours;
                })
                .toList();
        List<Listener> listeners = theirs.listeners().stream()
                .map(listener -> PickerFilters.in(listener, changed))
                .toList();
        return new Hooks.GatewayConfig(
                with(theirs.clusters(), used(configurations)), theirs.secrets(), listeners, configurations);
    }

    private RouteConfiguration configuration(RouteConfiguration theirs) {
        RouteConfiguration.Builder ours = theirs.toBuilder().clearVirtualHosts();
        for (VirtualHost host : theirs.getVirtualHostsList()) {
            ours.addVirtualHosts(host.toBuilder()
                    .clearRoutes()
                    .addAllRoutes(
                            host.getRoutesList().stream().flatMap(this::route).toList()));
        }
        return ours.build();
    }

    private Stream<Route> route(Route theirs) {
        Plan.Route plan = planned(theirs.getName());
        return plan != null && theirs.hasRoute() && Routes.leadsToPool(plan)
                ? routes.of(plan).map(ours -> merged(theirs, ours, plan))
                : Stream.of(theirs);
    }

    /// All of a route is theirs but for the choice of a backend.
    private static Route merged(Route theirs, Route ours, Plan.Route plan) {
        RouteAction chosen = ours.getRoute();
        RouteAction.Builder action = theirs.getRoute().toBuilder()
                .setWeightedClusters(chosen.getWeightedClusters())
                .setClusterNotFoundResponseCode(chosen.getClusterNotFoundResponseCode())
                .clearUpgradeConfigs()
                .addAllUpgradeConfigs(chosen.getUpgradeConfigsList());
        if (!action.hasTimeout()) {
            action.setTimeout(Durations.ZERO);
        }
        if (!action.hasRetryPolicy() && chosen.hasRetryPolicy()) {
            action.setRetryPolicy(chosen.getRetryPolicy());
        }
        if (chosen.getRequestMirrorPoliciesCount() > 0) {
            action.clearRequestMirrorPolicies().addAllRequestMirrorPolicies(chosen.getRequestMirrorPoliciesList());
        }
        return theirs.toBuilder()
                .setName(theirs.getName() + ours.getName().substring(plan.name().length()))
                .setMatch(theirs.getMatch().toBuilder().addAllHeaders(Routes.narrowing(ours, plan)))
                .addAllRequestHeadersToRemove(Routes.markers(ours, plan))
                .setRoute(action)
                .mergeUnknownFields(ours.getUnknownFields())
                .build();
    }

    /// Only what the routes of this Gateway lead to: Envoy would ask for the endpoints of all others in vain.
    private List<Cluster> used(List<RouteConfiguration> configurations) {
        Set<String> names = new HashSet<>();
        configurations.stream()
                .flatMap(each -> each.getVirtualHostsList().stream())
                .flatMap(host -> host.getRoutesList().stream())
                .map(Route::getRoute)
                .forEach(action -> names.addAll(Routes.clusters(action)));
        return clusters.stream()
                .filter(cluster -> names.contains(cluster.getName()))
                .toList();
    }

    private static List<Cluster> with(List<Cluster> theirs, List<Cluster> ours) {
        Map<String, Cluster> own = new TreeMap<>();
        ours.forEach(cluster -> own.put(cluster.getName(), cluster));
        return Stream.concat(
                        theirs.stream().filter(cluster -> !own.containsKey(cluster.getName())), own.values().stream())
                .toList();
    }

    private Plan.@Nullable Route planned(String name) {
        Matcher parts = NAME.matcher(name);
        return parts.matches()
                ? planned.get("%s/%s/%s/%d"
                        .formatted(
                                parts.group("namespace"),
                                parts.group("name"),
                                parts.group("rule"),
                                Math.max(0, Integer.parseInt(parts.group("match")))))
                : null;
    }
}
