package dev.sluice.operator.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.util.Durations;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Settings;
import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.Mutations;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;

/// The listeners: the sockets that take requests, and the filters that each request passes.
final class Listeners {

    private static final int BUFFER_BYTES = 1 << 20;

    private final Plan plan;
    private final Settings settings;

    Listeners(Plan plan, Settings settings) {
        this.plan = plan;
        this.settings = settings;
    }

    Listener listener(Plan.Listener listener) {
        return Listener.newBuilder()
                .setName(listener.name())
                .setAddress(Addresses.socket(listener.address()))
                .setPerConnectionBufferLimitBytes(UInt32Value.of(BUFFER_BYTES))
                .addFilterChains(FilterChain.newBuilder()
                        .addFilters(Filter.newBuilder()
                                .setName("envoy.filters.network.http_connection_manager")
                                .setTypedConfig(Any.pack(connectionManager(listener)))))
                .build();
    }

    private HttpConnectionManager connectionManager(Plan.Listener listener) {
        HttpConnectionManager.Builder manager = HttpConnectionManager.newBuilder()
                .setStatPrefix(listener.name())
                .setRds(Rds.newBuilder().setRouteConfigName(listener.name()).setConfigSource(Clusters.ads()))
                .setGenerateRequestId(BoolValue.of(true))
                // The key to the request's explanation.
                .setAlwaysSetRequestIdInResponse(true)
                .setUseRemoteAddress(BoolValue.of(true))
                .setNormalizePath(BoolValue.of(true))
                .setMergeSlashes(true)
                .setStreamIdleTimeout(Durations.fromSeconds(300))
                .setRequestTimeout(
                        Durations.fromMillis(settings.receiveTimeout().toMillis()))
                .setHttp2ProtocolOptions(Http2ProtocolOptions.newBuilder()
                        .setMaxConcurrentStreams(UInt32Value.of(100))
                        .setInitialStreamWindowSize(UInt32Value.of(65_536))
                        .setInitialConnectionWindowSize(UInt32Value.of(BUFFER_BYTES)))
                .addUpgradeConfigs(
                        UpgradeConfig.newBuilder().setUpgradeType("websocket").setEnabled(BoolValue.of(false)))
                .addHttpFilters(filter("strip-picker-headers", stripPickerHeaders()));
        if (settings.accessLog()) {
            manager.addAccessLog(AccessLogs.json());
        }
        // The filter needs some picker; every route to a pool names its own.
        plan.pools().stream()
                .findFirst()
                .ifPresent(pool -> manager.addHttpFilters(filter(ExtProc.FILTER, ExtProc.filter(pool.picker()))));
        return manager.addHttpFilters(filter(
                        "envoy.filters.http.router",
                        Router.newBuilder().setSuppressEnvoyHeaders(true).build()))
                .build();
    }

    /// Clients must not choose their endpoint, nor their pool.
    private static Message stripPickerHeaders() {
        Mutations.Builder mutations = Mutations.newBuilder();
        for (String header : new String[] {Metadata.DESTINATION, Metadata.SERVED, Metadata.POOL}) {
            mutations.addRequestMutations(HeaderMutation.newBuilder().setRemove(header));
        }
        return io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation.newBuilder()
                .setMutations(mutations)
                .build();
    }

    private static HttpFilter filter(String name, Message config) {
        return HttpFilter.newBuilder()
                .setName(name)
                .setTypedConfig(Any.pack(config))
                .build();
    }
}
