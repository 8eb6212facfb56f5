package dev.sluice.operator.envoy.admin;

import com.google.protobuf.Any;
import dev.sluice.operator.plan.DrainHook;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import java.util.List;

/// The page of an Envoy that drains it: its connections are told to close with their next answer, while new ones are
/// still taken, and the page answers when the time that it was asked to wait is over.
///
/// A preStop hook can sleep or ask for a page by GET, and only do one of them; Envoy's own page wants a POST
/// and answers at once. Images of Envoy without a shell have nothing else to run.
final class DrainPage {

    private static final String FAULT = "envoy.filters.http.fault";

    private DrainPage() {}

    /// The filters before the router.
    static List<HttpFilter> filters(String adminCluster) {
        Lua script = Lua.newBuilder()
                .setDefaultSourceCode(DataSource.newBuilder().setInlineString(script(adminCluster)))
                .build();
        return List.of(
                HttpFilter.newBuilder()
                        .setName("envoy.filters.http.lua")
                        .setTypedConfig(Any.pack(script))
                        .build(),
                HttpFilter.newBuilder()
                        .setName(FAULT)
                        .setTypedConfig(Any.pack(HTTPFault.getDefaultInstance()))
                        .build());
    }

    static Route route() {
        HTTPFault delay = HTTPFault.newBuilder()
                .setDelay(FaultDelay.newBuilder()
                        .setHeaderDelay(FaultDelay.HeaderDelay.getDefaultInstance())
                        .setPercentage(FractionalPercent.newBuilder().setNumerator(100)))
                .build();
        return Route.newBuilder()
                .setMatch(RouteMatch.newBuilder().setPath(DrainHook.PATH))
                .setDirectResponse(DirectResponseAction.newBuilder().setStatus(200))
                .putTypedPerFilterConfig(FAULT, Any.pack(delay))
                .build();
    }

    private static String script(String adminCluster) {
        return """
            function envoy_on_request(request)
              local headers = request:headers()
              if headers:get(":path") ~= "%s" then
                return
              end
              local token = os.getenv("%s")
              if token == nil or headers:get("%s") ~= token then
                request:respond({[":status"] = "404"}, "")
                return
              end
              request:httpCall("%s", {
                [":method"] = "POST",
                [":path"] = "/drain_listeners?graceful&skip_exit",
                [":authority"] = "admin"
              }, "", 1000)
            end
            """.formatted(DrainHook.PATH, DrainHook.TOKEN_VARIABLE, DrainHook.TOKEN_HEADER, adminCluster);
    }
}
