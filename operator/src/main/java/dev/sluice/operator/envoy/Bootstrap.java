package dev.sluice.operator.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;
import dev.sluice.operator.plan.Plan;
import io.envoyproxy.envoy.config.bootstrap.v3.Admin;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.DynamicResources;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.StaticResources;
import io.envoyproxy.envoy.config.bootstrap.v3.LayeredRuntime;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.KeepaliveSettings;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.overload.v3.OverloadManager;
import io.envoyproxy.envoy.config.overload.v3.ResourceMonitor;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig;
import java.util.ArrayList;
import java.util.List;

/// The bootstrap is what an Envoy is started with that serves every Gateway: who it is, where its
/// configuration comes from, and what it serves without being told.
public record Bootstrap(String nodeId, Plan.Address xds, Plan.Address admin, List<TcpService> tcpServices) {

    private static final String XDS_CLUSTER = "xds";

    /// Of a pattern. Matching takes time in proportion to the path or value, not to these.
    private static final int MOST_INSTRUCTIONS = 5_000;

    private static final JsonFormat.Printer JSON = JsonFormat.printer()
            .usingTypeRegistry(JsonFormat.TypeRegistry.newBuilder()
                    .add(TcpProxy.getDescriptor())
                    .add(HttpConnectionManager.getDescriptor())
                    .add(Router.getDescriptor())
                    .add(Lua.getDescriptor())
                    .add(HTTPFault.getDescriptor())
                    .add(HttpProtocolOptions.getDescriptor())
                    .add(DownstreamConnectionsConfig.getDescriptor())
                    .build());

    public Bootstrap {
        tcpServices = List.copyOf(tcpServices);
    }

    /// A listener that gives each connection to one of its endpoints at random, as kube-proxy does for a Service.
    public record TcpService(String name, Plan.Address listen, List<Plan.Address> endpoints) {

        public TcpService {
            endpoints = List.copyOf(endpoints);
        }
    }

    /// An Envoy that serves only what its xDS server tells it.
    public static Bootstrap of(String nodeId, Plan.Address xds, Plan.Address admin) {
        return new Bootstrap(nodeId, xds, admin, List.of());
    }

    public Bootstrap withTcpService(String name, Plan.Address listen, List<Plan.Address> endpoints) {
        List<TcpService> services = new ArrayList<>(tcpServices);
        services.add(new TcpService(name, listen, endpoints));
        return new Bootstrap(nodeId, xds, admin, services);
    }

    /// The content of the file that Envoy is started with (`envoy -c FILE.json`).
    public String json() {
        StaticResources.Builder statics = StaticResources.newBuilder();
        for (TcpService service : tcpServices) {
            statics.addListeners(listener(service)).addClusters(cluster(service));
        }
        return json(toServe(xds, admin, Clusters.ads())
                .setNode(Node.newBuilder().setId(nodeId).setCluster(Audience.EVERY_GATEWAY))
                .mergeStaticResources(statics.build()));
    }

    static String json(io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.Builder bootstrap) {
        try {
            return JSON.print(bootstrap);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /// An Envoy that serves only what its xDS server tells it.
    ///
    /// @param first how its first configuration comes
    static io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.Builder toServe(
            Plan.Address xds, Plan.Address admin, ConfigSource first) {
        return io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.newBuilder()
                .setAdmin(Admin.newBuilder().setAddress(Addresses.socket(admin)))
                .setDynamicResources(DynamicResources.newBuilder()
                        .setAdsConfig(ApiConfigSource.newBuilder()
                                .setApiType(ApiConfigSource.ApiType.GRPC)
                                .setTransportApiVersion(ApiVersion.V3)
                                .setSetNodeOnFirstMessageOnly(false)
                                .addGrpcServices(GrpcService.newBuilder()
                                        .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder()
                                                .setClusterName(XDS_CLUSTER))))
                        .setLdsConfig(first)
                        .setCdsConfig(first))
                .setStaticResources(StaticResources.newBuilder().addClusters(xdsCluster(xds)))
                .setLayeredRuntime(patternLimit())
                .setOverloadManager(connectionLimit());
    }

    /// Envoy refuses all of a configuration for one pattern that compiles to more than 100 instructions, which a
    /// host's or an identifier's soon does.
    private static LayeredRuntime patternLimit() {
        return LayeredRuntime.newBuilder()
                .addLayers(RuntimeLayer.newBuilder()
                        .setName("sluice")
                        .setStaticLayer(Struct.newBuilder()
                                .putFields(
                                        "re2.max_program_size.error_level",
                                        Value.newBuilder()
                                                .setNumberValue(MOST_INSTRUCTIONS)
                                                .build())))
                .build();
    }

    private static Cluster xdsCluster(Plan.Address xds) {
        HttpProtocolOptions http2 = HttpProtocolOptions.newBuilder()
                .setExplicitHttpConfig(ExplicitHttpConfig.newBuilder()
                        .setHttp2ProtocolOptions(Http2ProtocolOptions.newBuilder()
                                .setConnectionKeepalive(KeepaliveSettings.newBuilder()
                                        .setInterval(Durations.fromSeconds(30))
                                        .setTimeout(Durations.fromSeconds(5)))))
                .build();
        return Cluster.newBuilder()
                .setName(XDS_CLUSTER)
                .setType(Addresses.isIp(xds) ? Cluster.DiscoveryType.STATIC : Cluster.DiscoveryType.STRICT_DNS)
                .setConnectTimeout(Durations.fromSeconds(1))
                .putTypedExtensionProtocolOptions(Clusters.HTTP_OPTIONS, Any.pack(http2))
                .setLoadAssignment(Clusters.assignment(XDS_CLUSTER, List.of(xds)))
                .build();
    }

    private static Listener listener(TcpService service) {
        TcpProxy proxy = TcpProxy.newBuilder()
                .setStatPrefix(service.name())
                .setCluster(ClusterNames.service(service.name()))
                .build();
        return Listener.newBuilder()
                .setName(service.name())
                .setAddress(Addresses.socket(service.listen()))
                .addFilterChains(FilterChain.newBuilder()
                        .addFilters(Filter.newBuilder()
                                .setName("envoy.filters.network.tcp_proxy")
                                .setTypedConfig(Any.pack(proxy))))
                .build();
    }

    private static Cluster cluster(TcpService service) {
        String name = ClusterNames.service(service.name());
        return Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.STATIC)
                .setConnectTimeout(Durations.fromSeconds(2))
                .setLbPolicy(Cluster.LbPolicy.RANDOM)
                .setCircuitBreakers(Clusters.circuitBreakers())
                .setLoadAssignment(Clusters.assignment(name, service.endpoints()))
                .build();
    }

    /// Without a limit Envoy warns at start; with one it protects itself.
    private static OverloadManager connectionLimit() {
        return OverloadManager.newBuilder()
                .addResourceMonitors(ResourceMonitor.newBuilder()
                        .setName("envoy.resource_monitors.global_downstream_max_connections")
                        .setTypedConfig(Any.pack(DownstreamConnectionsConfig.newBuilder()
                                .setMaxActiveDownstreamConnections(50_000)
                                .build())))
                .build();
    }
}
