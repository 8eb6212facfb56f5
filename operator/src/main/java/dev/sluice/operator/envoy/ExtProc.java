package dev.sluice.operator.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.util.Durations;
import dev.sluice.operator.plan.Plan;
import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutationRules;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.RetryPolicy;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ExtProcOverrides;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor.RouteCacheAction;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.MetadataOptions;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.MetadataOptions.MetadataNamespaces;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.type.v3.StatusCode;

/// The filter through which Envoy asks the endpoint picker: one for a listener, with each pool's own picker, failure
/// mode and processing mode where a route leads to that pool.
///
/// In full-duplex mode none of Envoy's timeouts for ext_proc fires: the picker bounds its own time, and the
/// route's idle timeout is the last resort.
final class ExtProc {

    static final String FILTER = "envoy.filters.http.ext_proc";

    /// A retry goes to a host that has not been tried, if one is found in so many draws.
    static final String PREVIOUS_HOSTS = "envoy.retry_host_predicates.previous_hosts";

    static final int OTHER_HOST_TRIES = 8;

    private ExtProc() {}

    static ExternalProcessor filter(Plan.Picker picker) {
        ExternalProcessor filter = ExternalProcessor.newBuilder()
                .setGrpcService(grpcService(picker))
                .setProcessingMode(silent())
                .setMessageTimeout(Durations.fromSeconds(5))
                .setFailureModeAllow(false)
                // A picker that clears the route cache would roll the dice among weighted pools again, after its pick.
                .setRouteCacheAction(RouteCacheAction.RETAIN)
                .setMutationRules(HeaderMutationRules.getDefaultInstance())
                .setMetadataOptions(MetadataOptions.newBuilder()
                        .setForwardingNamespaces(MetadataNamespaces.newBuilder()
                                .addUntyped(Metadata.NAMESPACE)
                                .addUntyped(Metadata.SUBSET_NAMESPACE))
                        .setReceivingNamespaces(MetadataNamespaces.newBuilder().addUntyped(Metadata.NAMESPACE)))
                .build();
        return NewerFields.withContentLengthAllowed(
                NewerFields.withStatusOnError(filter, StatusCode.ServiceUnavailable));
    }

    /// What holds for requests to this pool.
    static Any forPool(Plan.Pool pool) {
        ExtProcOverrides overrides = ExtProcOverrides.newBuilder()
                .setGrpcService(grpcService(pool.picker()))
                .setProcessingMode(pool.responseHeadersOnly() ? responseHeadersOnly() : fullDuplex())
                .addGrpcInitialMetadata(
                        HeaderValue.newBuilder().setKey(Metadata.POOL).setValue(pool.name()))
                .build();
        return Any.pack(ExtProcPerRoute.newBuilder()
                .setOverrides(NewerFields.withFailureModeAllow(overrides, pool.failOpen()))
                .build());
    }

    /// For routes that no picker has a say in.
    static Any disabled() {
        return Any.pack(ExtProcPerRoute.newBuilder().setDisabled(true).build());
    }

    private static GrpcService grpcService(Plan.Picker picker) {
        return GrpcService.newBuilder()
                .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder()
                        .setClusterName(ClusterNames.picker(picker))
                        .setAuthority(ClusterNames.authority(picker)))
                // Another replica takes the stream over when one refuses it.
                .setRetryPolicy(RetryPolicy.newBuilder()
                        .setRetryOn("connect-failure,reset,unavailable")
                        .setNumRetries(UInt32Value.of(2))
                        .addRetryHostPredicate(RetryPolicy.RetryHostPredicate.newBuilder()
                                .setName(PREVIOUS_HOSTS)
                                .setTypedConfig(Any.pack(PreviousHostsPredicate.getDefaultInstance())))
                        .setHostSelectionRetryMaxAttempts(OTHER_HOST_TRIES))
                .build();
    }

    /// What holds where no route has been found: Envoy's own answers, above all to malformed requests. Asking the
    /// picker about them would take longer than Envoy keeps such a connection open, and the client would get no
    /// answer.
    private static ProcessingMode silent() {
        return ProcessingMode.newBuilder()
                .setRequestHeaderMode(HeaderSendMode.SKIP)
                .setResponseHeaderMode(HeaderSendMode.SKIP)
                .build();
    }

    private static ProcessingMode fullDuplex() {
        return ProcessingMode.newBuilder()
                .setRequestHeaderMode(HeaderSendMode.SEND)
                .setRequestBodyMode(BodySendMode.FULL_DUPLEX_STREAMED)
                .setRequestTrailerMode(HeaderSendMode.SEND)
                .setResponseHeaderMode(HeaderSendMode.SEND)
                .setResponseBodyMode(BodySendMode.FULL_DUPLEX_STREAMED)
                .setResponseTrailerMode(HeaderSendMode.SEND)
                .build();
    }

    /// Trailers stay on although bodies are off: without them Envoy would end the stream at the response's
    /// headers, and the picker would not see when the generation ends.
    private static ProcessingMode responseHeadersOnly() {
        return fullDuplex().toBuilder().setResponseBodyMode(BodySendMode.NONE).build();
    }
}
