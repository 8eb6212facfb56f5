package dev.sluice.picker.extproc;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// A short chat completion warms a server up: it is told as Envoy would tell it.
public final class WarmUpExchange implements StreamObserver<ProcessingResponse> {
    private static final HttpHeaders REQUEST =
            headers(Map.of(":method", "POST", ":path", "/v1/chat/completions", "content-type", "application/json"));
    private static final HttpHeaders RESPONSE = headers(Map.of(":status", "200", "content-type", "application/json"));
    private static final String PROMPT = "Which of all the pods has the least to do, and why? ".repeat(20);
    private static final HttpBody ANSWER = body("{\"model\":\"rehearsal\",\"choices\":[],\"usage\":"
            + "{\"prompt_tokens\":260,\"completion_tokens\":1,\"total_tokens\":261}}");

    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final StreamObserver<ProcessingRequest> server;

    private WarmUpExchange(Channel channel) {
        this.server = ExternalProcessorGrpc.newStub(channel).process(this);
    }

    /// @return completes at the end of the response, and with the failure where there is none
    public static CompletableFuture<Void> start(Channel channel, int number) {
        WarmUpExchange rehearsal = new WarmUpExchange(channel);
        rehearsal.server.onNext(ProcessingRequest.newBuilder()
                .setProtocolConfig(ProtocolConfiguration.newBuilder()
                        .setRequestBodyMode(BodySendMode.FULL_DUPLEX_STREAMED)
                        .setResponseBodyMode(BodySendMode.FULL_DUPLEX_STREAMED))
                .setRequestHeaders(REQUEST)
                .build());
        rehearsal.server.onNext(ProcessingRequest.newBuilder()
                .setRequestBody(
                        body("{\"model\":\"rehearsal\",\"messages\":[{\"role\":\"user\",\"content\":\"%d %s\"}]}"
                                .formatted(number, PROMPT)))
                .build());
        return rehearsal.end;
    }

    @Override
    public void onNext(ProcessingResponse answer) {
        if (answer.hasRequestBody() && isLast(answer.getRequestBody().getResponse())) {
            server.onNext(
                    ProcessingRequest.newBuilder().setResponseHeaders(RESPONSE).build());
            server.onNext(ProcessingRequest.newBuilder().setResponseBody(ANSWER).build());
        } else if (answer.hasResponseBody() && isLast(answer.getResponseBody().getResponse())) {
            end.complete(null);
            server.onCompleted();
        } else if (answer.hasImmediateResponse()) {
            end.completeExceptionally(new IllegalStateException("refused"));
            server.onCompleted();
        }
    }

    @Override
    public void onError(Throwable failure) {
        end.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
        end.completeExceptionally(new IllegalStateException("the stream has ended before the exchange"));
    }

    private static boolean isLast(CommonResponse response) {
        return response.getBodyMutation().getStreamedResponse().getEndOfStream();
    }

    private static HttpBody body(String text) {
        return HttpBody.newBuilder()
                .setBody(ByteString.copyFromUtf8(text))
                .setEndOfStream(true)
                .build();
    }

    private static HttpHeaders headers(Map<String, String> pairs) {
        HeaderMap.Builder headers = HeaderMap.newBuilder();
        pairs.forEach((name, value) ->
                headers.addHeaders(HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFromUtf8(value))));
        return HttpHeaders.newBuilder().setHeaders(headers).build();
    }
}
