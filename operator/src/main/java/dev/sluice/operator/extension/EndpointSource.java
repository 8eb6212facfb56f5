package dev.sluice.operator.extension;

import dev.sluice.operator.plan.Plan;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource.ApiType;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.GrpcService;

/// The source of endpoints of clusters that are Sluice's in another gateway's Envoys: Sluice's own xDS server, so that
/// a pod that comes or goes is no change of that gateway's configuration.
///
/// Envoy takes such a source by a cluster only from clusters of its bootstrap, which is not Sluice's there; a client of
/// Google's gRPC library needs none.
record EndpointSource(Plan.Address address) {

    Cluster serves(Cluster cluster) {
        ConfigSource source = ConfigSource.newBuilder()
                .setResourceApiVersion(ApiVersion.V3)
                .setApiConfigSource(ApiConfigSource.newBuilder()
                        .setApiType(ApiType.GRPC)
                        .setTransportApiVersion(ApiVersion.V3)
                        .addGrpcServices(GrpcService.newBuilder()
                                .setGoogleGrpc(GrpcService.GoogleGrpc.newBuilder()
                                        .setTargetUri(address.toString())
                                        .setStatPrefix("sluice"))))
                .build();
        return cluster.toBuilder()
                .setEdsClusterConfig(cluster.getEdsClusterConfig().toBuilder().setEdsConfig(source))
                .build();
    }
}
