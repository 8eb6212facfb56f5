package dev.sluice.operator.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Settings;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster.ClusterWeight;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InferenceRoutesTest {

    private static final Plan.Address SOURCE = new Plan.Address("sluice-operator.sluice-system.svc", 18_000);

    private final InferenceRoutes routes = new InferenceRoutes(plan(), Settings.defaults(), SOURCE);

    @Test
    void theRouteLeadsToItsPoolsByTheirShares() {
        Hooks.GatewayConfig answer = routes.over(theirs("httproute/ns/llm/rule/0/match/0/*"));
        List<Route> answered = answer.routes().getFirst().getVirtualHosts(0).getRoutesList();
        assertThat(answered)
                .extracting(Route::getName)
                .containsExactly("httproute/ns/llm/rule/0/match/0/*/websocket", "httproute/ns/llm/rule/0/match/0/*");
        Route picked = answered.getLast();
        assertThat(picked.getMatch().getPathSeparatedPrefix()).isEqualTo("/v1");
        assertThat(picked.getRoute().getWeightedClusters().getClustersList())
                .extracting(ClusterWeight::getName, share -> share.getWeight().getValue())
                .containsExactly(tuple("pool/ns/a", 3), tuple("pool/ns/b", 1));
        assertThat(answer.clusters())
                .extracting(Cluster::getName)
                .containsExactly("theirs", "picker/ns/picker:9002", "pool/ns/a", "pool/ns/b");
        assertThat(answer.secrets()).containsExactly(ByteString.copyFromUtf8("secret"));
    }

    @Test
    void filtersThatAskPickersComeBeforeTheLast() throws InvalidProtocolBufferException {
        HttpConnectionManager manager = manager(routes.over(theirs("httproute/ns/llm/rule/0/match/0/*")));
        assertThat(manager.getHttpFiltersList())
                .extracting(HttpFilter::getName)
                .containsExactly(
                        "first", "envoy.filters.http.ext_proc", "envoy.filters.http.ext_proc.shared", "router");
    }

    @Test
    void anAnswerIsAnsweredWithItself() {
        Hooks.GatewayConfig once = routes.over(theirs("httproute/ns/llm/rule/0/match/0/*"));
        assertThat(routes.over(theirs("httproute/ns/llm/rule/0/match/0/*"))).isEqualTo(once);
        assertThat(routes.over(once).clusters()).isEqualTo(once.clusters());
        assertThat(routes.over(once).listeners()).isEqualTo(once.listeners());
    }

    @Test
    void whatLeadsToNoPoolStaysAsItIs() {
        Hooks.GatewayConfig theirs = theirs("httproute/ns/other/rule/0/match/0/*");
        assertThat(routes.over(theirs)).isEqualTo(theirs);
    }

    @Test
    void aMissingCertificateIsNamed(@TempDir Path folder) {
        assertThatThrownBy(() -> ExtensionServer.start(
                        new ExtensionServer.Options(new InetSocketAddress("127.0.0.1", 0), folder, SOURCE),
                        Settings.defaults()))
                .hasMessageContaining(folder.resolve("tls.crt").toString())
                .hasMessageContaining("--extension-cert-path");
    }

    private static Plan plan() {
        Plan.Picker picker = new Plan.Picker("ns/picker:9002", List.of(), true, true);
        Plan.Route route = new Plan.Route(
                "ns/llm/0/0",
                new Plan.Match(new Plan.PathMatch(Plan.PathKind.PREFIX, "/v1"), null, List.of(), List.of()),
                new Plan.Action.Forward(
                        List.of(
                                new Plan.WeightedTarget(3, new Plan.Target.ToPool("ns/a")),
                                new Plan.WeightedTarget(1, new Plan.Target.ToPool("ns/b"))),
                        Plan.Rewrite.NONE,
                        List.of(),
                        List.of()),
                Plan.Headers.UNCHANGED,
                null,
                null);
        return new Plan(List.of(new Plan.Gateway(
                "ns/edge",
                List.of(new Plan.Listener.Http("ns/edge/80", 80, List.of(new Plan.Host("*", List.of(route))))),
                List.of(pool("ns/a", picker), pool("ns/b", picker)),
                List.of())));
    }

    private static Plan.Pool pool(String name, Plan.Picker picker) {
        return new Plan.Pool(name, Plan.Protocol.HTTP1, List.of(), picker, false, false);
    }

    private static Hooks.GatewayConfig theirs(String route) {
        HttpConnectionManager manager = HttpConnectionManager.newBuilder()
                .setRds(Rds.newBuilder().setRouteConfigName("ns/edge/http"))
                .addHttpFilters(HttpFilter.newBuilder().setName("first"))
                .addHttpFilters(HttpFilter.newBuilder().setName("router"))
                .build();
        return new Hooks.GatewayConfig(
                List.of(Cluster.newBuilder().setName("theirs").build()),
                List.of(ByteString.copyFromUtf8("secret")),
                List.of(Listener.newBuilder()
                        .setName("http")
                        .setDefaultFilterChain(FilterChain.newBuilder()
                                .addFilters(Filter.newBuilder().setTypedConfig(Any.pack(manager))))
                        .build()),
                List.of(RouteConfiguration.newBuilder()
                        .setName("ns/edge/http")
                        .addVirtualHosts(VirtualHost.newBuilder()
                                .addRoutes(Route.newBuilder()
                                        .setName(route)
                                        .setMatch(RouteMatch.newBuilder().setPathSeparatedPrefix("/v1"))
                                        .setRoute(RouteAction.newBuilder().setCluster("theirs"))))
                        .build()));
    }

    private static HttpConnectionManager manager(Hooks.GatewayConfig answer) throws InvalidProtocolBufferException {
        return answer.listeners()
                .getFirst()
                .getDefaultFilterChain()
                .getFilters(0)
                .getTypedConfig()
                .unpack(HttpConnectionManager.class);
    }
}
