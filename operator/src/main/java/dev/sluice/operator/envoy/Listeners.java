package dev.sluice.operator.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.util.Durations;
import dev.sluice.operator.envoy.reply.LocalReplies;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Settings;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation;
import java.util.List;

/// The listeners: the sockets that take requests, and the filters that each request passes. They do not depend on
/// what is behind the routes, so that nothing there can cost a client its connection.
public final class Listeners {

    private static final int BUFFER_BYTES = 1 << 20;
    private static final String ANY_SERVER = "*";

    private final Settings settings;
    private final String host;

    /// @param host the address to bind
    Listeners(Settings settings, String host) {
        this.settings = settings;
        this.host = host;
    }

    Listener listener(Plan.Listener listener) {
        Listener.Builder builder = Listener.newBuilder()
                .setName(listener.name())
                .setAddress(Addresses.socket(new Plan.Address(host, listener.port())))
                .setPerConnectionBufferLimitBytes(UInt32Value.of(BUFFER_BYTES));
        switch (listener) {
            case Plan.Listener.Http http -> builder.addFilterChains(chain(http.name()));
            case Plan.Listener.Https https -> {
                builder.addListenerFilters(ListenerFilter.newBuilder()
                        .setName("envoy.filters.listener.tls_inspector")
                        .setTypedConfig(Any.pack(TlsInspector.getDefaultInstance())));
                https.chains().forEach(chain -> builder.addFilterChains(tlsChain(chain)));
            }
        }
        return builder.build();
    }

    /// Each chain has its own routes, so that no connection reaches the hosts of another.
    private FilterChain.Builder tlsChain(Plan.Chain chain) {
        FilterChain.Builder builder = chain(chain.name()).setTransportSocket(SdsSecrets.transportSocket(chain));
        return chain.serverName().equals(ANY_SERVER)
                ? builder
                : builder.setFilterChainMatch(FilterChainMatch.newBuilder().addServerNames(chain.serverName()));
    }

    private FilterChain.Builder chain(String routes) {
        return FilterChain.newBuilder()
                .setName(routes)
                .addFilters(Filter.newBuilder()
                        .setName("envoy.filters.network.http_connection_manager")
                        .setTypedConfig(Any.pack(connectionManager(routes))));
    }

    private HttpConnectionManager connectionManager(String routes) {
        HttpConnectionManager.Builder manager = HttpConnectionManager.newBuilder()
                .setStatPrefix(routes)
                .setRds(Rds.newBuilder().setRouteConfigName(routes).setConfigSource(Clusters.ads()))
                .setGenerateRequestId(BoolValue.of(true))
                // The key to the request's explanation.
                .setAlwaysSetRequestIdInResponse(true)
                .setUseRemoteAddress(BoolValue.of(true))
                .setNormalizePath(BoolValue.of(true))
                .setMergeSlashes(true)
                .setStreamIdleTimeout(Durations.fromSeconds(300))
                .setRequestTimeout(
                        Durations.fromMillis(settings.limits().receiveTimeout().toMillis()))
                .setHttp2ProtocolOptions(Http2ProtocolOptions.newBuilder()
                        .setMaxConcurrentStreams(UInt32Value.of(100))
                        .setInitialStreamWindowSize(UInt32Value.of(65_536))
                        .setInitialConnectionWindowSize(UInt32Value.of(BUFFER_BYTES)))
                .addUpgradeConfigs(
                        UpgradeConfig.newBuilder().setUpgradeType("websocket").setEnabled(BoolValue.of(false)))
                .setLocalReplyConfig(LocalReplies.config())
                .addEarlyHeaderMutationExtensions(stripPickerHeaders());
        if (settings.accessLog()) {
            manager.addAccessLog(AccessLogs.json());
        }
        return manager.addAllHttpFilters(pickerFilters())
                .addHttpFilters(filter(
                        "envoy.filters.http.router",
                        Router.newBuilder().setSuppressEnvoyHeaders(true).build()))
                .build();
    }

    /// The filters that ask pickers, off until a route turns one on.
    public static List<HttpFilter> pickerFilters() {
        return List.of(ExtProc.foreign(), ExtProc.shared());
    }

    /// Clients must not choose their endpoint, nor their pool: a filter would strip these headers too late, after
    /// the first choice of a route.
    public static TypedExtensionConfig stripPickerHeaders() {
        HeaderMutation.Builder mutation = HeaderMutation.newBuilder();
        for (String header : new String[] {Metadata.DESTINATION, Metadata.SERVED, Metadata.POOL}) {
            mutation.addMutations(io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation.newBuilder()
                    .setRemove(header));
        }
        return TypedExtensionConfig.newBuilder()
                .setName("strip-picker-headers")
                .setTypedConfig(Any.pack(mutation.build()))
                .build();
    }

    private static HttpFilter filter(String name, Message config) {
        return HttpFilter.newBuilder()
                .setName(name)
                .setTypedConfig(Any.pack(config))
                .build();
    }
}
