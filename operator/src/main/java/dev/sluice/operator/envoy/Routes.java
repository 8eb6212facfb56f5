package dev.sluice.operator.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.util.Durations;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Plan.Action;
import dev.sluice.operator.plan.Plan.Pool;
import dev.sluice.operator.plan.Plan.Target;
import dev.sluice.operator.plan.Plan.WeightedTarget;
import dev.sluice.operator.plan.Settings;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The routes of a listener.
final class Routes {

    /// The picker names three endpoints; a request that the first refuses goes to the others.
    private static final int RETRIES = 2;

    private final Map<String, Pool> pools;
    private final Settings settings;

    Routes(Plan plan, Settings settings) {
        this.pools = plan.pools().stream().collect(Collectors.toMap(Pool::name, Function.identity()));
        this.settings = settings;
    }

    RouteConfiguration configuration(Plan.Listener listener) {
        return RouteConfiguration.newBuilder()
                .setName(listener.name())
                .setIgnorePortInHostMatching(true)
                .addAllVirtualHosts(listener.hosts().stream().map(this::host).toList())
                .build();
    }

    private VirtualHost host(Plan.Host host) {
        return VirtualHost.newBuilder()
                .setName(host.hostname())
                .addDomains(host.hostname())
                .addAllRoutes(host.routes().stream().flatMap(this::routes).toList())
                .build();
    }

    private Stream<Route> routes(Plan.Route route) {
        return switch (route.action()) {
            case Action.Respond(int status, String body) -> Stream.of(respond(route, status, body));
            case Action.Forward(List<WeightedTarget> targets) ->
                leadsToPool(targets)
                        ? Stream.of(webSocket(route, targets), forward(route, targets))
                        : Stream.of(forward(route, targets));
        };
    }

    private static boolean leadsToPool(List<WeightedTarget> targets) {
        return targets.stream().anyMatch(target -> target.target() instanceof Target.ToPool);
    }

    private static Route respond(Plan.Route route, int status, String body) {
        return Route.newBuilder()
                .setName(route.name())
                .setMatch(RouteMatches.of(route.match()))
                .setDirectResponse(DirectResponseAction.newBuilder()
                        .setStatus(status)
                        .setBody(DataSource.newBuilder().setInlineString(body)))
                .putTypedPerFilterConfig(ExtProc.FILTER, ExtProc.disabled())
                .build();
    }

    private Route forward(Plan.Route route, List<WeightedTarget> targets) {
        WeightedCluster.Builder clusters = WeightedCluster.newBuilder();
        targets.forEach(target ->
                clusters.addClusters(share(target).putTypedPerFilterConfig(ExtProc.FILTER, extProc(target.target()))));
        Route forward = Route.newBuilder()
                .setName(route.name())
                .setMatch(RouteMatches.of(route.match()))
                .setRoute(action(route).setWeightedClusters(clusters).setRetryPolicy(retryPolicy(route)))
                .build();
        return NewerFields.withRequestBodyBufferLimit(forward, settings.retryBodyBytes());
    }

    /// An upgrade and ext_proc wait for each other without end (envoy#47161), so that a WebSocket goes to an
    /// endpoint of Envoy's own choice.
    private Route webSocket(Plan.Route route, List<WeightedTarget> targets) {
        WeightedCluster.Builder clusters = WeightedCluster.newBuilder();
        targets.forEach(target -> clusters.addClusters(share(target)));
        return Route.newBuilder()
                .setName(route.name() + "/websocket")
                .setMatch(RouteMatches.webSocket(route.match()))
                .setRoute(action(route)
                        .setWeightedClusters(clusters)
                        .addUpgradeConfigs(RouteAction.UpgradeConfig.newBuilder()
                                .setUpgradeType("websocket")
                                .setEnabled(BoolValue.of(true))))
                .putTypedPerFilterConfig(ExtProc.FILTER, ExtProc.disabled())
                .build();
    }

    private RouteAction.Builder action(Plan.Route route) {
        return RouteAction.newBuilder()
                .setClusterNotFoundResponseCode(RouteAction.ClusterNotFoundResponseCode.INTERNAL_SERVER_ERROR)
                .setTimeout(route.timeout() == null ? Durations.ZERO : duration(route.timeout()))
                .setIdleTimeout(duration(settings.idleTimeout()));
    }

    private static WeightedCluster.ClusterWeight.Builder share(WeightedTarget target) {
        String cluster = switch (target.target()) {
            case Target.ToPool(String pool) -> ClusterNames.pool(pool);
            case Target.ToService(String service) -> ClusterNames.service(service);
            case Target.ToNothing _ -> ClusterNames.NOTHING;
        };
        return WeightedCluster.ClusterWeight.newBuilder().setName(cluster).setWeight(UInt32Value.of(target.weight()));
    }

    private Any extProc(Target target) {
        return switch (target) {
            case Target.ToPool(String pool) -> ExtProc.forPool(Objects.requireNonNull(pools.get(pool), pool));
            case Target.ToService _, Target.ToNothing _ -> ExtProc.disabled();
        };
    }

    private static RetryPolicy retryPolicy(Plan.Route route) {
        RetryPolicy.Builder policy = RetryPolicy.newBuilder()
                .setRetryOn("connect-failure,refused-stream,reset-before-request,retriable-status-codes")
                .addRetriableStatusCodes(503)
                .setNumRetries(UInt32Value.of(RETRIES))
                .setRetryBackOff(RetryPolicy.RetryBackOff.newBuilder()
                        .setBaseInterval(Durations.fromMillis(25))
                        .setMaxInterval(Durations.fromMillis(250)))
                .addRetryHostPredicate(RetryPolicy.RetryHostPredicate.newBuilder()
                        .setName(ExtProc.PREVIOUS_HOSTS)
                        .setTypedConfig(Any.pack(PreviousHostsPredicate.getDefaultInstance())))
                .setHostSelectionRetryMaxAttempts(ExtProc.OTHER_HOST_TRIES);
        if (route.tryTimeout() != null) {
            policy.setPerTryTimeout(duration(route.tryTimeout()));
        }
        return policy.build();
    }

    private static Duration duration(java.time.Duration duration) {
        return Durations.fromMillis(duration.toMillis());
    }
}
