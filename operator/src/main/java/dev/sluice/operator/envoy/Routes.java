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
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The routes of the listeners.
public final class Routes {

    /// The picker names three endpoints; a request that the first refuses goes to the others.
    private static final int RETRIES = 2;

    private static final int MILLION = 1_000_000;

    private final Map<String, Pool> pools;
    private final Settings settings;

    public Routes(List<Pool> pools, Settings settings) {
        this.pools = pools.stream().collect(Collectors.toMap(Pool::name, Function.identity()));
        this.settings = settings;
    }

    Stream<RouteConfiguration> configurations(Plan.Listener listener) {
        return switch (listener) {
            case Plan.Listener.Http http -> Stream.of(configuration(http.name(), http.hosts()));
            case Plan.Listener.Https https ->
                https.chains().stream().map(chain -> configuration(chain.name(), chain.hosts()));
        };
    }

    private RouteConfiguration configuration(String name, List<Plan.Host> hosts) {
        return RouteConfiguration.newBuilder()
                .setName(name)
                .setIgnorePortInHostMatching(true)
                .addAllVirtualHosts(hosts.stream().map(this::host).toList())
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
            case Action.Redirect redirect ->
                Stream.of(route(route).setRedirect(Rewrites.redirect(redirect)).build());
            case Action.Forward forward ->
                leadsToPool(forward)
                        ? Stream.of(
                                        Stream.of(webSocket(route, forward)),
                                        forward.movable().stream().map(pool -> moved(route, forward, pool)),
                                        Stream.of(picked(route, forward)))
                                .flatMap(routes -> routes)
                        : Stream.of(plain(route, forward));
        };
    }

    /// The routes that a planned route becomes, in the order in which they are tried.
    public Stream<Route> of(Plan.Route route) {
        return routes(route);
    }

    /// Requests of this route come to a pool's picker.
    public static boolean leadsToPool(Plan.Route route) {
        return route.action() instanceof Action.Forward forward && leadsToPool(forward);
    }

    /// The conditions by which one of a planned route's routes takes less than all of its requests.
    public static List<HeaderMatcher> narrowing(Route route, Plan.Route planned) {
        int all = RouteMatches.of(planned.match()).getHeadersCount();
        return route.getMatch().getHeadersList().subList(all, route.getMatch().getHeadersCount());
    }

    /// The headers by which one of a planned route's routes is told from others, and which no server needs to see.
    public static List<String> markers(Route route, Plan.Route planned) {
        return route.getRequestHeadersToRemoveList().stream()
                .filter(header -> !planned.headers().request().remove().contains(header))
                .toList();
    }

    /// The names of the clusters that a route sends requests to, copies of them, or questions about them.
    public static List<String> clusters(RouteAction action) {
        return Stream.of(
                        action.getWeightedClusters().getClustersList().stream()
                                .map(WeightedCluster.ClusterWeight::getName),
                        action.getRequestMirrorPoliciesList().stream().map(RequestMirrorPolicy::getCluster),
                        action.getWeightedClusters().getClustersList().stream()
                                .flatMap(share -> share.getTypedPerFilterConfigMap().values().stream())
                                .flatMap(ExtProc::picker))
                .flatMap(names -> names)
                .toList();
    }

    private static boolean leadsToPool(Action.Forward forward) {
        return forward.targets().stream().anyMatch(target -> target.target() instanceof Target.ToPool);
    }

    private static Route.Builder route(Plan.Route route) {
        return Route.newBuilder()
                .setName(route.name())
                .setMatch(RouteMatches.of(route.match()))
                .addAllRequestHeadersToAdd(Rewrites.headers(route.headers().request()))
                .addAllRequestHeadersToRemove(route.headers().request().remove())
                .addAllResponseHeadersToAdd(Rewrites.headers(route.headers().response()))
                .addAllResponseHeadersToRemove(route.headers().response().remove());
    }

    private static Route respond(Plan.Route route, int status, String body) {
        return route(route)
                .setDirectResponse(DirectResponseAction.newBuilder()
                        .setStatus(status)
                        .setBody(DataSource.newBuilder().setInlineString(body)))
                .build();
    }

    private Route picked(Plan.Route route, Action.Forward forward) {
        return retriable(
                route(route), action(route, forward, forward.targets(), true).setRetryPolicy(retryPolicy(route)));
    }

    /// Nobody picks among a Service's endpoints, so that a WebSocket may go the same way as any request.
    private Route plain(Plan.Route route, Action.Forward forward) {
        return retriable(
                route(route),
                webSockets(action(route, forward, forward.targets(), false)).setRetryPolicy(retryPolicy(route)));
    }

    /// The route of a request that a picker has moved to this pool, which it says in a header and then has
    /// the route chosen again. Clients cannot set that header.
    private Route moved(Plan.Route route, Action.Forward forward, String pool) {
        WeightedTarget target = forward.targets().stream()
                .filter(share -> share.target().equals(new Target.ToPool(pool)))
                .findFirst()
                .orElseGet(() -> new WeightedTarget(1, new Target.ToPool(pool)));
        return retriable(
                route(route)
                        .setName(route.name() + "/moved/" + pool)
                        .setMatch(RouteMatches.moved(route.match(), pool))
                        .addRequestHeadersToRemove(Metadata.POOL),
                action(route, forward, List.of(target), true).setRetryPolicy(retryPolicy(route)));
    }

    /// An upgrade and ext_proc wait for each other without end (envoy#47161), so that a WebSocket goes to an
    /// endpoint of Envoy's own choice.
    private Route webSocket(Plan.Route route, Action.Forward forward) {
        return route(route)
                .setName(route.name() + "/websocket")
                .setMatch(RouteMatches.webSocket(route.match()))
                .setRoute(webSockets(action(route, forward, forward.targets(), false)))
                .build();
    }

    private static RouteAction.Builder webSockets(RouteAction.Builder action) {
        return action.addUpgradeConfigs(RouteAction.UpgradeConfig.newBuilder()
                .setUpgradeType("websocket")
                .setEnabled(BoolValue.of(true)));
    }

    private Route retriable(Route.Builder route, RouteAction.Builder action) {
        return NewerFields.withRequestBodyBufferLimit(
                route.setRoute(action).build(), settings.limits().retryBodyBytes());
    }

    /// @param picked whether each pool's picker is asked
    private RouteAction.Builder action(
            Plan.Route route, Action.Forward forward, List<WeightedTarget> targets, boolean picked) {
        WeightedCluster.Builder clusters = WeightedCluster.newBuilder();
        for (WeightedTarget target : targets) {
            WeightedCluster.ClusterWeight.Builder share = share(target);
            if (picked && target.target() instanceof Target.ToPool(String name)) {
                Pool pool = Objects.requireNonNull(pools.get(name), name);
                share.putTypedPerFilterConfig(
                        ExtProc.filterOf(pool),
                        ExtProc.forPool(
                                pool, forward.movable(), forward.rewrite().path()));
            }
            clusters.addClusters(share);
        }
        RouteAction.Builder action = RouteAction.newBuilder()
                .setWeightedClusters(clusters)
                .setClusterNotFoundResponseCode(RouteAction.ClusterNotFoundResponseCode.INTERNAL_SERVER_ERROR)
                .setTimeout(route.timeout() == null ? Durations.ZERO : duration(route.timeout()))
                .setIdleTimeout(duration(settings.limits().idleTimeout()));
        Rewrites.apply(forward.rewrite(), action);
        forward.mirrors().forEach(mirror -> action.addRequestMirrorPolicies(mirror(mirror)));
        return action;
    }

    private static WeightedCluster.ClusterWeight.Builder share(WeightedTarget target) {
        return WeightedCluster.ClusterWeight.newBuilder()
                .setName(cluster(target.target()))
                .setWeight(UInt32Value.of(target.weight()))
                .addAllRequestHeadersToAdd(Rewrites.headers(target.headers().request()))
                .addAllRequestHeadersToRemove(target.headers().request().remove())
                .addAllResponseHeadersToAdd(Rewrites.headers(target.headers().response()))
                .addAllResponseHeadersToRemove(target.headers().response().remove());
    }

    private static String cluster(Target target) {
        return switch (target) {
            case Target.ToPool(String pool) -> ClusterNames.pool(pool);
            case Target.ToService(String service) -> ClusterNames.service(service);
            case Target.ToNothing _ -> ClusterNames.NOTHING;
        };
    }

    private static RequestMirrorPolicy mirror(Plan.Mirror mirror) {
        long share = (long) mirror.numerator() * MILLION / mirror.denominator();
        return RequestMirrorPolicy.newBuilder()
                .setCluster(cluster(mirror.target()))
                .setDisableShadowHostSuffixAppend(true)
                .setRuntimeFraction(RuntimeFractionalPercent.newBuilder()
                        .setDefaultValue(FractionalPercent.newBuilder()
                                .setNumerator((int) share)
                                .setDenominator(FractionalPercent.DenominatorType.MILLION)))
                .build();
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
