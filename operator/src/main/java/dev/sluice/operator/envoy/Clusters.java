package dev.sluice.operator.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.util.Durations;
import dev.sluice.operator.plan.Plan;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig;
import java.util.List;

/// The clusters that serve requests: pools, whose picker chooses the endpoint, and plain Services.
final class Clusters {

    static final String HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    /// Envoy's own limit of 1024 would end long streams; what protects endpoints is the picker's admission.
    private static final int UNLIMITED = 65_536;

    /// Below the 5 s after which common model servers close an idle connection: Envoy closes first, so that no
    /// request meets a connection that is being closed.
    private static final int IDLE_SECONDS = 4;

    private Clusters() {}

    static Cluster pool(Plan.Pool pool) {
        LoadBalancingPolicy policy = policy(
                "envoy.load_balancing_policies.override_host",
                NewerFields.overrideHost(
                        Metadata.key(Metadata.DESTINATION), Metadata.key(Metadata.SERVED), leastRequest()));
        return eds(ClusterNames.pool(pool.name()), pool.protocol())
                .setLoadBalancingPolicy(policy)
                .setOutlierDetection(outlierDetection())
                .build();
    }

    static Cluster service(Plan.ServiceBackend service) {
        return eds(ClusterNames.service(service.name()), service.protocol())
                .setLoadBalancingPolicy(leastRequest())
                .build();
    }

    static ClusterLoadAssignment assignment(String cluster, List<Plan.Address> endpoints) {
        LocalityLbEndpoints.Builder locality = LocalityLbEndpoints.newBuilder();
        endpoints.forEach(address -> locality.addLbEndpoints(
                LbEndpoint.newBuilder().setEndpoint(Endpoint.newBuilder().setAddress(Addresses.socket(address)))));
        return ClusterLoadAssignment.newBuilder()
                .setClusterName(cluster)
                .addEndpoints(locality)
                .build();
    }

    static CircuitBreakers circuitBreakers() {
        return CircuitBreakers.newBuilder()
                .addThresholds(CircuitBreakers.Thresholds.newBuilder()
                        .setMaxConnections(UInt32Value.of(UNLIMITED))
                        .setMaxPendingRequests(UInt32Value.of(UNLIMITED))
                        .setMaxRequests(UInt32Value.of(UNLIMITED))
                        .setMaxRetries(UInt32Value.of(1024)))
                .build();
    }

    static ConfigSource ads() {
        return ConfigSource.newBuilder()
                .setAds(AggregatedConfigSource.getDefaultInstance())
                .setResourceApiVersion(ApiVersion.V3)
                .build();
    }

    private static Cluster.Builder eds(String name, Plan.Protocol protocol) {
        return Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.EDS)
                .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder().setEdsConfig(ads()))
                .setConnectTimeout(Durations.fromSeconds(2))
                .setCircuitBreakers(circuitBreakers())
                .putTypedExtensionProtocolOptions(HTTP_OPTIONS, Any.pack(httpOptions(protocol)));
    }

    private static HttpProtocolOptions httpOptions(Plan.Protocol protocol) {
        ExplicitHttpConfig.Builder config = ExplicitHttpConfig.newBuilder();
        switch (protocol) {
            case HTTP1 -> config.setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance());
            case H2C -> config.setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance());
        }
        return HttpProtocolOptions.newBuilder()
                .setCommonHttpProtocolOptions(io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions.newBuilder()
                        .setIdleTimeout(Durations.fromSeconds(IDLE_SECONDS)))
                .setExplicitHttpConfig(config)
                .build();
    }

    private static LoadBalancingPolicy leastRequest() {
        return policy("envoy.load_balancing_policies.least_request", Any.pack(LeastRequest.getDefaultInstance()));
    }

    private static LoadBalancingPolicy policy(String name, Any config) {
        return LoadBalancingPolicy.newBuilder()
                .addPolicies(LoadBalancingPolicy.Policy.newBuilder()
                        .setTypedExtensionConfig(
                                TypedExtensionConfig.newBuilder().setName(name).setTypedConfig(config)))
                .build();
    }

    /// An endpoint that cannot be connected to, or answers 502 to 504, is left out for a while; its 500s are its
    /// requests' own.
    private static OutlierDetection outlierDetection() {
        return OutlierDetection.newBuilder()
                .setConsecutive5Xx(UInt32Value.of(0))
                .setEnforcingConsecutive5Xx(UInt32Value.of(0))
                .setConsecutiveGatewayFailure(UInt32Value.of(5))
                .setEnforcingConsecutiveGatewayFailure(UInt32Value.of(100))
                .setSplitExternalLocalOriginErrors(true)
                .setConsecutiveLocalOriginFailure(UInt32Value.of(3))
                .setInterval(Durations.fromSeconds(2))
                .setBaseEjectionTime(Durations.fromSeconds(10))
                .setMaxEjectionPercent(UInt32Value.of(50))
                .build();
    }
}
