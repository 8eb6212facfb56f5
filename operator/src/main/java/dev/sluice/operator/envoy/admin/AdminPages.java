package dev.sluice.operator.envoy.admin;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;

/// The pages that an Envoy shows to others than its own host. The admin interface can stop Envoy: only two of its pages
/// can be asked for, and the kubelet can have it drained.
public final class AdminPages {

    private AdminPages() {}

    /// @param cluster the name of the cluster whose endpoint is the admin interface
    public static HttpConnectionManager manager(String cluster) {
        VirtualHost pages = VirtualHost.newBuilder()
                .setName(cluster)
                .addDomains("*")
                .addRoutes(page("/ready", cluster))
                .addRoutes(page("/stats/prometheus", cluster))
                .addRoutes(DrainPage.route())
                .build();
        return HttpConnectionManager.newBuilder()
                .setStatPrefix(cluster)
                .setRouteConfig(RouteConfiguration.newBuilder().setName(cluster).addVirtualHosts(pages))
                // To drain takes longer than a stream may usually be idle.
                .setStreamIdleTimeout(Durations.ZERO)
                .addAllHttpFilters(DrainPage.filters(cluster))
                .addHttpFilters(HttpFilter.newBuilder()
                        .setName("envoy.filters.http.router")
                        .setTypedConfig(Any.pack(Router.getDefaultInstance())))
                .build();
    }

    private static Route page(String path, String cluster) {
        return Route.newBuilder()
                .setMatch(RouteMatch.newBuilder().setPath(path))
                .setRoute(RouteAction.newBuilder().setCluster(cluster))
                .build();
    }
}
