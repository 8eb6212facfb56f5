package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One ext_proc stream, spoken as Envoy does: the test says what Envoy sends and reads what it is answered.
public final class EnvoyStream implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;
    private final BlockingQueue<ProcessingResponse> answers = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final ClientCallStreamObserver<ProcessingRequest> picker;
    private BodySendMode requestMode = BodySendMode.FULL_DUPLEX_STREAMED;
    private BodySendMode responseMode = BodySendMode.FULL_DUPLEX_STREAMED;
    private Metadata metadata = Metadata.getDefaultInstance();
    private boolean configured;

    EnvoyStream(Channel channel) {
        this(channel, new io.grpc.Metadata());
    }

    private EnvoyStream(Channel channel, io.grpc.Metadata initial) {
        var stub = ExternalProcessorGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(initial));
        picker = (ClientCallStreamObserver<ProcessingRequest>) stub.process(new Answers());
    }

    /// A stream whose metadata names a pool.
    static EnvoyStream forPool(Channel channel, String pool) {
        return new EnvoyStream(channel, initial("x-sluice-pool", pool));
    }

    /// A stream of a route that allows other pools too.
    static EnvoyStream forRoute(Channel channel, String pool, String movable) {
        io.grpc.Metadata initial = initial("x-sluice-pool", pool);
        initial.merge(initial("x-sluice-movable", movable));
        return new EnvoyStream(channel, initial);
    }

    /// A stream with that metadata, names and values in turn.
    public static EnvoyStream withMetadata(Channel channel, String... pairs) {
        io.grpc.Metadata all = new io.grpc.Metadata();
        for (int i = 0; i < pairs.length; i += 2) {
            all.merge(initial(pairs[i], pairs[i + 1]));
        }
        return new EnvoyStream(channel, all);
    }

    private static io.grpc.Metadata initial(String key, String value) {
        io.grpc.Metadata initial = new io.grpc.Metadata();
        initial.put(io.grpc.Metadata.Key.of(key, io.grpc.Metadata.ASCII_STRING_MARSHALLER), value);
        return initial;
    }

    private final class Answers implements ClientResponseObserver<ProcessingRequest, ProcessingResponse> {
        @Override
        public void beforeStart(ClientCallStreamObserver<ProcessingRequest> call) {}

        @Override
        public void onNext(ProcessingResponse answer) {
            answers.add(answer);
        }

        @Override
        public void onError(Throwable failure) {
            end.complete(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }

    EnvoyStream modes(BodySendMode request, BodySendMode response) {
        requestMode = request;
        responseMode = response;
        return this;
    }

    /// What the next message carries as `metadata_context`.
    public EnvoyStream metadata(String namespace, String key, Value value) {
        metadata = Metadata.newBuilder()
                .putFilterMetadata(
                        namespace, Struct.newBuilder().putFields(key, value).build())
                .build();
        return this;
    }

    public static Value text(String value) {
        return Value.newBuilder().setStringValue(value).build();
    }

    private void send(ProcessingRequest.Builder message) {
        if (!configured) {
            configured = true;
            message.setProtocolConfig(ProtocolConfiguration.newBuilder()
                    .setRequestBodyMode(requestMode)
                    .setResponseBodyMode(responseMode));
        }
        picker.onNext(message.setMetadataContext(metadata).build());
        metadata = Metadata.getDefaultInstance();
    }

    /// @param pairs names and values, in turn
    static HeaderMap headers(String... pairs) {
        HeaderMap.Builder headers = HeaderMap.newBuilder();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.addHeaders(
                    HeaderValue.newBuilder().setKey(pairs[i]).setRawValue(ByteString.copyFromUtf8(pairs[i + 1])));
        }
        return headers.build();
    }

    public EnvoyStream requestHeaders(boolean endOfStream, String... pairs) {
        send(ProcessingRequest.newBuilder()
                .setRequestHeaders(
                        HttpHeaders.newBuilder().setHeaders(headers(pairs)).setEndOfStream(endOfStream)));
        return this;
    }

    /// A POST of chat completions with this id, whose body follows.
    EnvoyStream chat(String id) {
        return requestHeaders(
                false,
                ":method",
                "POST",
                ":path",
                "/v1/chat/completions",
                "content-type",
                "application/json",
                "x-request-id",
                id);
    }

    public EnvoyStream requestBody(String chunk, boolean endOfStream) {
        send(ProcessingRequest.newBuilder()
                .setRequestBody(HttpBody.newBuilder()
                        .setBody(ByteString.copyFromUtf8(chunk))
                        .setEndOfStream(endOfStream)));
        return this;
    }

    EnvoyStream requestTrailers() {
        send(ProcessingRequest.newBuilder().setRequestTrailers(HttpTrailers.getDefaultInstance()));
        return this;
    }

    public EnvoyStream responseHeaders(boolean endOfStream, String... pairs) {
        send(ProcessingRequest.newBuilder()
                .setResponseHeaders(
                        HttpHeaders.newBuilder().setHeaders(headers(pairs)).setEndOfStream(endOfStream)));
        return this;
    }

    EnvoyStream responseBody(String chunk, boolean endOfStream) {
        send(ProcessingRequest.newBuilder()
                .setResponseBody(HttpBody.newBuilder()
                        .setBody(ByteString.copyFromUtf8(chunk))
                        .setEndOfStream(endOfStream)));
        return this;
    }

    EnvoyStream responseTrailers() {
        send(ProcessingRequest.newBuilder().setResponseTrailers(HttpTrailers.getDefaultInstance()));
        return this;
    }

    EnvoyStream halfClose() {
        picker.onCompleted();
        return this;
    }

    void cancel() {
        picker.cancel("the client went away", null);
    }

    public ProcessingResponse answer() throws InterruptedException {
        ProcessingResponse answer = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(answer)
                .as("an answer; the stream's end: %s", end.getNow(null))
                .isNotNull();
        return answer;
    }

    void noAnswerYet() throws InterruptedException {
        assertThat(answers.poll(50, TimeUnit.MILLISECONDS)).isNull();
    }

    public ImmediateResponse refusal() throws InterruptedException {
        ProcessingResponse answer = answer();
        assertThat(answer.getResponseCase()).isEqualTo(ProcessingResponse.ResponseCase.IMMEDIATE_RESPONSE);
        return answer.getImmediateResponse();
    }

    /// The pieces of a body as they come, up to its end.
    public String requestBody() throws InterruptedException {
        ByteString body = ByteString.EMPTY;
        while (true) {
            StreamedBodyResponse piece =
                    answer().getRequestBody().getResponse().getBodyMutation().getStreamedResponse();
            body = body.concat(piece.getBody());
            if (piece.getEndOfStream()) {
                return body.toStringUtf8();
            }
        }
    }

    StreamedBodyResponse responsePiece() throws InterruptedException {
        ProcessingResponse answer = answer();
        assertThat(answer.getResponseCase()).isEqualTo(ProcessingResponse.ResponseCase.RESPONSE_BODY);
        return answer.getResponseBody().getResponse().getBodyMutation().getStreamedResponse();
    }

    Status end() throws InterruptedException, ExecutionException, TimeoutException {
        return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    public static Map<String, String> set(HeaderMutation mutation) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (HeaderValueOption option : mutation.getSetHeadersList()) {
            headers.put(
                    option.getHeader().getKey(),
                    option.getHeader().getRawValue().toStringUtf8());
        }
        return headers;
    }

    /// The destination that the dynamic metadata of an answer names.
    public static String destination(ProcessingResponse answer) {
        return answer.getDynamicMetadata()
                .getFieldsOrThrow("envoy.lb")
                .getStructValue()
                .getFieldsOrThrow("x-gateway-destination-endpoint")
                .getStringValue();
    }

    @Override
    public void close() {
        picker.cancel("the test is over", null);
    }
}
