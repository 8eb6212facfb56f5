package dev.sluice.picker.extproc.message;

import com.google.protobuf.ByteString;
import dev.sluice.picker.routing.placement.Placement;
import dev.sluice.picker.routing.target.SessionAttempt;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.TrailersResponse;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The messages to Envoy. Headers are never echoed: what is not named stays as it is.
public final class Replies {
    /// Envoy's limit for a streamed body message is 64 KiB, with its framing.
    static final int MAX_CHUNK = 62_000;

    private static final CommonResponse NO_CHANGE = CommonResponse.getDefaultInstance();
    private static final ProcessingResponse REQUEST_HEADERS_UNCHANGED = ProcessingResponse.newBuilder()
            .setRequestHeaders(HeadersResponse.newBuilder().setResponse(NO_CHANGE))
            .build();
    private static final ProcessingResponse RESPONSE_HEADERS_UNCHANGED = ProcessingResponse.newBuilder()
            .setResponseHeaders(HeadersResponse.newBuilder().setResponse(NO_CHANGE))
            .build();
    private static final ProcessingResponse REQUEST_BODY_UNCHANGED = ProcessingResponse.newBuilder()
            .setRequestBody(BodyResponse.newBuilder().setResponse(NO_CHANGE))
            .build();
    private static final ProcessingResponse RESPONSE_BODY_UNCHANGED = ProcessingResponse.newBuilder()
            .setResponseBody(BodyResponse.newBuilder().setResponse(NO_CHANGE))
            .build();
    private static final ProcessingResponse REQUEST_TRAILERS = ProcessingResponse.newBuilder()
            .setRequestTrailers(TrailersResponse.getDefaultInstance())
            .build();
    private static final ProcessingResponse RESPONSE_TRAILERS = ProcessingResponse.newBuilder()
            .setResponseTrailers(TrailersResponse.getDefaultInstance())
            .build();

    private Replies() {}

    public static ProcessingResponse requestHeadersUnchanged() {
        return REQUEST_HEADERS_UNCHANGED;
    }

    public static ProcessingResponse requestBodyUnchanged() {
        return REQUEST_BODY_UNCHANGED;
    }

    public static ProcessingResponse requestTrailers() {
        return REQUEST_TRAILERS;
    }

    /// @param withoutLength whether the body's length will change as it passes, so that a declared one would be wrong
    /// @param grant what the client gets to come back with, or null for nothing
    public static ProcessingResponse responseHeaders(
            boolean withoutLength, SessionAttempt.@Nullable IssuedToken grant) {
        if (!withoutLength && grant == null) {
            return RESPONSE_HEADERS_UNCHANGED;
        }
        HeaderMutation.Builder mutation = HeaderMutation.newBuilder();
        if (withoutLength) {
            mutation.addRemoveHeaders(Headers.CONTENT_LENGTH);
        }
        if (grant != null && grant.header()) {
            mutation.addSetHeaders(set(Headers.SESSION, grant.token()));
        }
        if (grant != null && grant.cookie()) {
            // The engine may set cookies of its own.
            mutation.addSetHeaders(set(Headers.SET_COOKIE, Cookies.set(grant)).toBuilder()
                    .setAppendAction(HeaderValueOption.HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD));
        }
        return ProcessingResponse.newBuilder()
                .setResponseHeaders(HeadersResponse.newBuilder()
                        .setResponse(CommonResponse.newBuilder().setHeaderMutation(mutation)))
                .build();
    }

    public static ProcessingResponse responseBodyUnchanged() {
        return RESPONSE_BODY_UNCHANGED;
    }

    /// Replaces a body, or a piece of one, that Envoy waits for.
    public static ProcessingResponse responseBody(ByteString body) {
        return ProcessingResponse.newBuilder()
                .setResponseBody(BodyResponse.newBuilder()
                        .setResponse(CommonResponse.newBuilder()
                                .setBodyMutation(BodyMutation.newBuilder().setBody(body))))
                .build();
    }

    public static ProcessingResponse responseTrailers() {
        return RESPONSE_TRAILERS;
    }

    /// The request's destination, in answer to its headers.
    ///
    /// @param bodyLength the length of the whole body, or -1 when it is not known
    public static ProcessingResponse destinationInHeaders(
            Placement placement, ExchangeSettings settings, RequestHead head, long bodyLength) {
        DestinationHeader destination = DestinationHeader.of(placement.endpoints(), settings.destinationEndpoints());
        return ProcessingResponse.newBuilder()
                .setRequestHeaders(HeadersResponse.newBuilder()
                        .setResponse(sentTo(destination, placement, settings, head, bodyLength)))
                .setDynamicMetadata(destination.metadata())
                .build();
    }

    /// The request's destination, in answer to its buffered body, which `body` replaces.
    public static ProcessingResponse destinationInBody(
            Placement placement, ExchangeSettings settings, RequestHead head, ByteString body) {
        DestinationHeader destination = DestinationHeader.of(placement.endpoints(), settings.destinationEndpoints());
        return ProcessingResponse.newBuilder()
                .setRequestBody(BodyResponse.newBuilder()
                        .setResponse(sentTo(destination, placement, settings, head, body.size())
                                .setBodyMutation(BodyMutation.newBuilder().setBody(body))))
                .setDynamicMetadata(destination.metadata())
                .build();
    }

    /// Sends a request body on without copying it, in as few messages as Envoy accepts; takes each chunk out once it is
    /// sent.
    public static void streamRequestBody(
            Deque<ByteString> chunks, boolean endOfStream, Consumer<ProcessingResponse> to) {
        while (!chunks.isEmpty()) {
            ByteString joined = chunks.remove();
            while (!chunks.isEmpty() && joined.size() + chunks.element().size() <= MAX_CHUNK) {
                joined = joined.concat(chunks.remove());
            }
            stream(
                    joined,
                    endOfStream && chunks.isEmpty(),
                    piece -> to.accept(ProcessingResponse.newBuilder()
                            .setRequestBody(piece)
                            .build()));
        }
    }

    /// Sends a piece of a response body on.
    public static void streamResponseBody(ByteString chunk, boolean endOfStream, Consumer<ProcessingResponse> to) {
        stream(
                chunk,
                endOfStream,
                piece -> to.accept(
                        ProcessingResponse.newBuilder().setResponseBody(piece).build()));
    }

    private static void stream(ByteString chunk, boolean last, Consumer<BodyResponse> to) {
        int from = 0;
        do {
            int end = Math.min(chunk.size(), from + MAX_CHUNK);
            to.accept(streamed(chunk.substring(from, end), last && end == chunk.size()));
            from = end;
        } while (from < chunk.size());
    }

    private static BodyResponse streamed(ByteString body, boolean endOfStream) {
        return BodyResponse.newBuilder()
                .setResponse(CommonResponse.newBuilder()
                        .setBodyMutation(BodyMutation.newBuilder()
                                .setStreamedResponse(StreamedBodyResponse.newBuilder()
                                        .setBody(body)
                                        .setEndOfStream(endOfStream))))
                .build();
    }

    private static CommonResponse.Builder sentTo(
            DestinationHeader destination,
            Placement placement,
            ExchangeSettings settings,
            RequestHead head,
            long bodyLength) {
        HeaderMutation.Builder mutation = HeaderMutation.newBuilder();
        mutation.addSetHeaders(destination.header());
        if (bodyLength >= 0) {
            mutation.addSetHeaders(set(Headers.CONTENT_LENGTH, Long.toString(bodyLength)));
        }
        if (placement.target() != null) {
            // The answer is read on its way: its engine must not compress it.
            mutation.addRemoveHeaders(Headers.ACCEPT_ENCODING);
        }
        if (head.generatedId()) {
            mutation.addSetHeaders(set(Headers.REQUEST_ID, head.id()));
        }
        if (settings.testHooks()) {
            ConformanceHooks.announce(mutation, placement.endpoint().address());
        }
        CommonResponse.Builder response = CommonResponse.newBuilder();
        if (placement.decision().reroute() != null) {
            // The proxy must choose its route anew, by this header.
            mutation.addSetHeaders(set(Headers.POOL, placement.decision().pool().toString()));
            response.setClearRouteCache(true);
        }
        return response.setHeaderMutation(mutation);
    }

    static HeaderValueOption set(String name, String value) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFromUtf8(value)))
                .setAppendAction(HeaderValueOption.HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
                .build();
    }
}
