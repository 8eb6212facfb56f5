package dev.sluice.operator.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.util.Durations;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Plan.PathChange;
import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutationRules;
import io.envoyproxy.envoy.config.core.v3.BackoffStrategy;
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
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.type.v3.StatusCode;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The filters through which Envoy asks the endpoint picker. Both are in every listener and off; a route, or a share
/// of one, that leads to a pool turns the one on that its picker needs, with the pool's own picker, failure mode and
/// processing mode.
///
/// In full-duplex mode none of Envoy's timeouts for ext_proc fires: the picker bounds its own time, and the
/// route's idle timeout is the last resort.
final class ExtProc {

    /// For pickers that are not Sluice's own: the route stays the one that was chosen first. Upstream's picker always
    /// clears the route cache, and any could name another pool in a header.
    static final String FOREIGN = "envoy.filters.http.ext_proc";

    /// For pickers of Sluice's own, which may move a request to another pool.
    static final String SHARED = "envoy.filters.http.ext_proc.shared";

    /// A retry goes to a host that has not been tried, if one is found in so many attempts.
    static final String PREVIOUS_HOSTS = "envoy.retry_host_predicates.previous_hosts";

    static final int OTHER_HOST_TRIES = 8;

    /// The first retry waits up to this long, the second up to twice as long. By Envoy's default they wait up to
    /// one and three seconds, and so would a request that meets a killed picker.
    private static final long RETRY_MILLIS = 50;

    private ExtProc() {}

    static HttpFilter foreign() {
        return filter(FOREIGN, RouteCacheAction.RETAIN);
    }

    static HttpFilter shared() {
        return filter(SHARED, RouteCacheAction.DEFAULT);
    }

    private static HttpFilter filter(String name, RouteCacheAction routeCache) {
        ExternalProcessor filter = ExternalProcessor.newBuilder()
                // Every pool names its own picker.
                .setGrpcService(grpcService(ClusterNames.NOTHING, ClusterNames.NOTHING))
                .setProcessingMode(fullDuplex())
                .setMessageTimeout(Durations.fromSeconds(5))
                .setFailureModeAllow(false)
                .setRouteCacheAction(routeCache)
                .setMutationRules(HeaderMutationRules.getDefaultInstance())
                .setMetadataOptions(MetadataOptions.newBuilder()
                        .setForwardingNamespaces(MetadataNamespaces.newBuilder()
                                .addUntyped(Metadata.NAMESPACE)
                                .addUntyped(Metadata.SUBSET_NAMESPACE))
                        .setReceivingNamespaces(MetadataNamespaces.newBuilder().addUntyped(Metadata.NAMESPACE)))
                .build();
        return HttpFilter.newBuilder()
                .setName(name)
                .setDisabled(true)
                .setTypedConfig(Any.pack(NewerFields.withContentLengthAllowed(
                        NewerFields.withStatusOnError(filter, StatusCode.ServiceUnavailable))))
                .build();
    }

    /// The name of the filter that requests to this pool pass.
    static String filterOf(Plan.Pool pool) {
        return pool.picker().shared() ? SHARED : FOREIGN;
    }

    /// The overrides that hold for requests to this pool; to turn its filter on is part of it.
    ///
    /// @param movable the pools that its picker may move them to; the pool itself is among them where the rule has
    ///     several, so that the picker leaves the choice to their weights
    /// @param path how the route changes the request's path once the picker has been asked, or null
    static Any forPool(Plan.Pool pool, List<String> movable, @Nullable PathChange path) {
        ExtProcOverrides.Builder overrides = ExtProcOverrides.newBuilder()
                .setGrpcService(grpcService(ClusterNames.picker(pool.picker()), ClusterNames.authority(pool.picker())))
                .setProcessingMode(pool.responseHeadersOnly() ? responseHeadersOnly() : fullDuplex())
                .addGrpcInitialMetadata(header(Metadata.POOL, pool.name()));
        if (pool.picker().shared() && !movable.isEmpty()) {
            overrides.addGrpcInitialMetadata(header(Metadata.MOVABLE, String.join(",", movable)));
        }
        if (pool.picker().shared() && path != null) {
            overrides.addAllGrpcInitialMetadata(rewrite(path));
        }
        return Any.pack(ExtProcPerRoute.newBuilder()
                .setOverrides(NewerFields.withFailureModeAllow(overrides.build(), pool.failOpen()))
                .build());
    }

    /// The name of the cluster that overrides of this class name; nothing for those of other filters.
    static Stream<String> picker(Any overrides) {
        if (!overrides.is(ExtProcPerRoute.class)) {
            return Stream.empty();
        }
        try {
            return Stream.of(overrides
                    .unpack(ExtProcPerRoute.class)
                    .getOverrides()
                    .getGrpcService()
                    .getEnvoyGrpc()
                    .getClusterName());
        } catch (InvalidProtocolBufferException unreadable) {
            throw new IllegalArgumentException("overrides of ext_proc that are none", unreadable);
        }
    }

    /// Envoy rewrites a path when it sends the request on: what the picker sees is what the client sent.
    private static List<HeaderValue> rewrite(PathChange change) {
        return switch (change) {
            case PathChange.Full(String path) -> List.of(header(Metadata.PATH, path));
            case PathChange.Prefix(String prefix, String replacement) ->
                List.of(header(Metadata.PATH_PREFIX, prefix), header(Metadata.PATH_REPLACEMENT, replacement));
        };
    }

    private static HeaderValue header(String name, String value) {
        return HeaderValue.newBuilder().setKey(name).setValue(value).build();
    }

    private static GrpcService grpcService(String cluster, String authority) {
        return GrpcService.newBuilder()
                .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder()
                        .setClusterName(cluster)
                        .setAuthority(authority))
                // Another replica takes the stream over when one refuses it.
                .setRetryPolicy(RetryPolicy.newBuilder()
                        .setRetryOn("connect-failure,reset,unavailable")
                        .setNumRetries(UInt32Value.of(2))
                        .setRetryBackOff(BackoffStrategy.newBuilder()
                                .setBaseInterval(Durations.fromMillis(RETRY_MILLIS))
                                .setMaxInterval(Durations.fromMillis(2 * RETRY_MILLIS)))
                        .addRetryHostPredicate(RetryPolicy.RetryHostPredicate.newBuilder()
                                .setName(PREVIOUS_HOSTS)
                                .setTypedConfig(Any.pack(PreviousHostsPredicate.getDefaultInstance())))
                        .setHostSelectionRetryMaxAttempts(OTHER_HOST_TRIES))
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
