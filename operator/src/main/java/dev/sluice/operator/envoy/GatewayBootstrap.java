package dev.sluice.operator.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import dev.sluice.operator.envoy.admin.AdminPages;
import dev.sluice.operator.plan.Plan;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.StaticResources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import java.util.List;

/// The bootstrap is what the Envoys of one Gateway are started with; which Gateway, and which of its Envoys,
/// the command line says (`--service-cluster NAMESPACE/NAME --service-node POD`).
///
/// Such an Envoy is ready once it has its first configuration, however long that takes: one that came up without
/// would get clients and have nothing for them. From then on it answers on [#HEALTH_PORT].
///
/// @param xds where its configuration comes from
public record GatewayBootstrap(Plan.Address xds) {

    /// The port where `/ready` says whether it serves, and `/stats/prometheus` what it has done.
    public static final int HEALTH_PORT = 19001;

    private static final String EVERY_ADDRESS = "0.0.0.0";
    private static final Plan.Address ADMIN = new Plan.Address("127.0.0.1", 19000);
    private static final String ADMIN_CLUSTER = "admin";

    /// The content of the file that Envoy is started with (`envoy -c FILE.json`).
    public String json() {
        Struct metadata = Struct.newBuilder()
                .putFields(
                        Audience.LISTEN_ADDRESS,
                        Value.newBuilder().setStringValue(EVERY_ADDRESS).build())
                .build();
        return Bootstrap.json(Bootstrap.toServe(
                        xds,
                        ADMIN,
                        Clusters.ads().toBuilder()
                                .setInitialFetchTimeout(Durations.ZERO)
                                .build())
                .setNode(Node.newBuilder().setMetadata(metadata))
                .mergeStaticResources(StaticResources.newBuilder()
                        .addListeners(healthListener())
                        .addClusters(adminCluster())
                        .build()));
    }

    private static Listener healthListener() {
        return Listener.newBuilder()
                .setName(ADMIN_CLUSTER)
                .setAddress(Addresses.socket(new Plan.Address(EVERY_ADDRESS, HEALTH_PORT)))
                .addFilterChains(FilterChain.newBuilder()
                        .addFilters(Filter.newBuilder()
                                .setName("envoy.filters.network.http_connection_manager")
                                .setTypedConfig(Any.pack(AdminPages.manager(ADMIN_CLUSTER)))))
                .build();
    }

    private static Cluster adminCluster() {
        return Cluster.newBuilder()
                .setName(ADMIN_CLUSTER)
                .setType(Cluster.DiscoveryType.STATIC)
                .setConnectTimeout(Durations.fromSeconds(1))
                .setLoadAssignment(Clusters.assignment(ADMIN_CLUSTER, List.of(ADMIN)))
                .build();
    }
}
