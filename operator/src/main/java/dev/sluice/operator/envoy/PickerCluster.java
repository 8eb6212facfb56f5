package dev.sluice.operator.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.util.Durations;
import dev.sluice.operator.plan.Plan;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.core.v3.HealthCheck;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.KeepaliveSettings;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig;
import io.envoyproxy.envoy.type.v3.Percent;

/// The cluster of an endpoint picker.
///
/// Its health check and the panic threshold of 0 are what makes FailOpen work: while no replica is healthy, or none
/// exists, Envoy fails the ext_proc stream before any byte of the body is sent, and only then may a request with a
/// body go on without it.
///
/// Health checks take seconds to see a picker that was killed. Until then its own streams show it: the first that
/// break or find no connection eject the replica, so that what comes next does not send its body to a picker that
/// is gone. A health check that succeeds lets it in again.
final class PickerCluster {

    static final String HEALTH_SERVICE = "envoy.service.ext_proc.v3.ExternalProcessor";

    /// A stream that fails is tried again: one that fails twice has found nobody, one that fails once may have met
    /// a connection that was closing.
    private static final int FAILED_STREAMS = 2;

    /// Longer than health checks take to find the replica unhealthy.
    private static final int EJECTION_SECONDS = 5;

    private PickerCluster() {}

    static Cluster of(Plan.Picker picker) {
        Cluster.Builder cluster = Cluster.newBuilder()
                .setName(ClusterNames.picker(picker))
                .setType(Cluster.DiscoveryType.EDS)
                .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder().setEdsConfig(Clusters.ads()))
                .setConnectTimeout(Durations.fromSeconds(1))
                .setLbPolicy(Cluster.LbPolicy.LEAST_REQUEST)
                .setIgnoreHealthOnHostRemoval(true)
                .setCommonLbConfig(Cluster.CommonLbConfig.newBuilder()
                        .setHealthyPanicThreshold(Percent.newBuilder().setValue(0)))
                .addHealthChecks(healthCheck())
                .setOutlierDetection(ejection())
                .setCircuitBreakers(Clusters.circuitBreakers())
                .putTypedExtensionProtocolOptions(Clusters.HTTP_OPTIONS, Any.pack(http2(picker)));
        if (picker.tls()) {
            cluster.setTransportSocket(unverifiedTls());
        }
        return cluster.build();
    }

    private static HealthCheck healthCheck() {
        return HealthCheck.newBuilder()
                .setTimeout(Durations.fromSeconds(2))
                .setInterval(Durations.fromSeconds(1))
                .setNoTrafficInterval(Durations.fromSeconds(1))
                .setUnhealthyThreshold(UInt32Value.of(2))
                .setHealthyThreshold(UInt32Value.of(1))
                .setReuseConnection(BoolValue.of(true))
                .setGrpcHealthCheck(HealthCheck.GrpcHealthCheck.newBuilder().setServiceName(HEALTH_SERVICE))
                .build();
    }

    /// Only what keeps a stream from the picker counts; an error that the picker answers with is no sign that it is
    /// gone.
    private static OutlierDetection ejection() {
        UInt32Value never = UInt32Value.of(0);
        return OutlierDetection.newBuilder()
                .setSplitExternalLocalOriginErrors(true)
                .setConsecutiveLocalOriginFailure(UInt32Value.of(FAILED_STREAMS))
                .setEnforcingConsecutiveLocalOriginFailure(UInt32Value.of(100))
                .setEnforcingConsecutive5Xx(never)
                .setEnforcingConsecutiveGatewayFailure(never)
                .setEnforcingSuccessRate(never)
                .setEnforcingLocalOriginSuccessRate(never)
                .setMaxEjectionPercent(UInt32Value.of(100))
                .setBaseEjectionTime(Durations.fromSeconds(EJECTION_SECONDS))
                .setMaxEjectionTime(Durations.fromSeconds(EJECTION_SECONDS))
                .build();
    }

    /// Streams of a picker that hangs end with their connection. Other pickers may take frequent pings for an
    /// attack, as servers of grpc-go do unless told otherwise.
    private static HttpProtocolOptions http2(Plan.Picker picker) {
        return HttpProtocolOptions.newBuilder()
                .setExplicitHttpConfig(ExplicitHttpConfig.newBuilder()
                        .setHttp2ProtocolOptions(Http2ProtocolOptions.newBuilder()
                                .setMaxConcurrentStreams(UInt32Value.of(1024))
                                .setInitialStreamWindowSize(UInt32Value.of(1 << 20))
                                .setInitialConnectionWindowSize(UInt32Value.of(16 << 20))
                                .setConnectionKeepalive(KeepaliveSettings.newBuilder()
                                        .setInterval(Durations.fromSeconds(picker.shared() ? 5 : 30))
                                        .setTimeout(Durations.fromSeconds(5)))))
                .build();
    }

    /// Pickers make their own certificate at start, as upstream's do; nobody could have signed it.
    private static TransportSocket unverifiedTls() {
        UpstreamTlsContext context = UpstreamTlsContext.newBuilder()
                .setCommonTlsContext(CommonTlsContext.newBuilder()
                        .addAlpnProtocols("h2")
                        .setValidationContext(CertificateValidationContext.getDefaultInstance()))
                .build();
        return TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.tls")
                .setTypedConfig(Any.pack(context))
                .build();
    }
}
