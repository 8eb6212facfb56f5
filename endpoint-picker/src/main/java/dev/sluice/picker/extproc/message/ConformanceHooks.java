package dev.sluice.picker.extproc.message;

import dev.sluice.picker.identity.EndpointSubset;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The conformance tests of the Inference Gateway ask of a picker more than its work: clients choose the
/// endpoints, and responses say which one the proxy reported.
///
/// Never on in production: a client that can send a header could choose any pod of the pool.
public final class ConformanceHooks {
    private static final String SELECTION = "test-epp-endpoint-selection";
    private static final String SERVED = "x-conformance-test-served-endpoint";
    private static final String WENT_THROUGH = "x-went-into-resp-headers";
    /// The tests' echo server answers with a header that this one names.
    private static final String ECHO = "x-echo-set-header";

    private ConformanceHooks() {}

    /// The endpoints that the client chose, each `ip` or `ip:port`; null when it chose none.
    public static @Nullable EndpointSubset selection(HeaderMap headers) {
        for (HeaderValue header : headers.getHeadersList()) {
            if (header.getKey().equals(SELECTION)) {
                return new EndpointSubset.Only(
                        Arrays.stream(RequestHead.value(header).split(",", -1))
                                .map(String::strip)
                                .filter(address -> !address.isEmpty())
                                .collect(Collectors.toUnmodifiableSet()));
            }
        }
        return null;
    }

    /// Has the echo server name the endpoint that was picked.
    static void announce(HeaderMutation.Builder mutation, String endpoint) {
        mutation.addSetHeaders(Replies.set(ECHO, SERVED + ":" + endpoint));
    }

    /// Names the endpoint that the proxy says served the request.
    public static ProcessingResponse report(ProcessingResponse answer, Metadata metadata) {
        CommonResponse common = answer.getResponseHeaders().getResponse();
        HeaderMutation mutation = common.getHeaderMutation().toBuilder()
                .addSetHeaders(Replies.set(SERVED, served(metadata)))
                .addSetHeaders(Replies.set(WENT_THROUGH, "true"))
                .build();
        return answer.toBuilder()
                .setResponseHeaders(HeadersResponse.newBuilder()
                        .setResponse(common.toBuilder().setHeaderMutation(mutation)))
                .build();
    }

    private static String served(Metadata metadata) {
        if (!metadata.containsFilterMetadata(Headers.LB_NAMESPACE)) {
            return "fail: missing envoy lb metadata";
        }
        String served = EndpointMetadata.served(metadata);
        return served == null ? "fail: missing destination endpoint served metadata" : served;
    }
}
