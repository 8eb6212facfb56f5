package dev.sluice.standalone.training;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// One request and its response, told to a picker as Envoy tells them: both bodies full duplex, the response once the
/// request has a destination.
public final class Exchange implements StreamObserver<ProcessingResponse> {
    private static final int CHUNK = 16_384;

    private final CompletableFuture<Boolean> end = new CompletableFuture<>();
    private final List<ByteString> response;
    private final StreamObserver<ProcessingRequest> picker;

    /// @param response the chunks of the response's body
    private Exchange(Channel channel, List<ByteString> response) {
        this.response = response;
        this.picker = ExternalProcessorGrpc.newStub(channel).process(this);
    }

    /// Starts an exchange.
    ///
    /// @return completes at its end: true when the request was placed, false when the picker answered it itself
    public static CompletableFuture<Boolean> start(
            Channel channel, String id, ByteString body, List<ByteString> response) {
        Exchange exchange = new Exchange(channel, response);
        exchange.request(id, body);
        return exchange.end;
    }

    private void request(String id, ByteString body) {
        picker.onNext(ProcessingRequest.newBuilder()
                .setProtocolConfig(ProtocolConfiguration.newBuilder()
                        .setRequestBodyMode(BodySendMode.FULL_DUPLEX_STREAMED)
                        .setResponseBodyMode(BodySendMode.FULL_DUPLEX_STREAMED))
                .setRequestHeaders(headers(Map.of(
                        ":method", "POST",
                        ":path", "/v1/chat/completions",
                        ":authority", "inference.example.com",
                        ":scheme", "http",
                        "content-type", "application/json",
                        "content-length", Integer.toString(body.size()),
                        "user-agent", "OpenAI/Python 2.8.1",
                        "x-request-id", id)))
                .build());
        for (int from = 0; from < body.size(); from += CHUNK) {
            int to = Math.min(body.size(), from + CHUNK);
            picker.onNext(ProcessingRequest.newBuilder()
                    .setRequestBody(body(body.substring(from, to), to == body.size()))
                    .build());
        }
    }

    private void respond() {
        String type = response.size() > 1 ? "text/event-stream" : "application/json";
        picker.onNext(ProcessingRequest.newBuilder()
                .setResponseHeaders(headers(Map.of(":status", "200", "content-type", type)))
                .build());
        for (int i = 0; i < response.size(); i++) {
            picker.onNext(ProcessingRequest.newBuilder()
                    .setResponseBody(body(response.get(i), i == response.size() - 1))
                    .build());
        }
    }

    private static HttpBody body(ByteString chunk, boolean last) {
        return HttpBody.newBuilder().setBody(chunk).setEndOfStream(last).build();
    }

    private static HttpHeaders headers(Map<String, String> pairs) {
        HeaderMap.Builder headers = HeaderMap.newBuilder();
        pairs.forEach((name, value) ->
                headers.addHeaders(HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFromUtf8(value))));
        return HttpHeaders.newBuilder().setHeaders(headers).build();
    }

    @Override
    public void onNext(ProcessingResponse answer) {
        switch (answer.getResponseCase()) {
            case REQUEST_BODY -> {
                if (isLast(answer.getRequestBody().getResponse())) {
                    respond();
                }
            }
            case RESPONSE_BODY -> {
                if (isLast(answer.getResponseBody().getResponse())) {
                    picker.onCompleted();
                    end.complete(true);
                }
            }
            case IMMEDIATE_RESPONSE -> {
                picker.onCompleted();
                end.complete(false);
            }
            default -> {}
        }
    }

    private static boolean isLast(io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse response) {
        return response.getBodyMutation().getStreamedResponse().getEndOfStream();
    }

    @Override
    public void onError(Throwable failure) {
        end.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
        end.completeExceptionally(
                new IllegalStateException("the picker ended the stream before the exchange was over"));
    }
}
