package dev.sluice.picker.chaos;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;

/// One request of an Envoy that takes whatever it is answered, and goes on from that.
final class ChaosClient implements StreamObserver<ProcessingResponse> {
    private static final String SESSION = "x-sluice-session";
    private static volatile String session = "A".repeat(60);

    private final Script script;
    private final ClientCallStreamObserver<ProcessingRequest> picker;
    private volatile Progress progress = Progress.SENDING;
    private volatile String end = "none";
    private boolean configured;

    /// What a request is, and what the engine answers it.
    ///
    /// @param movable empty where the route has no other pool
    /// @param path with the API
    /// @param headers besides the usual ones
    /// @param body in chunks; empty for none
    /// @param events pieces of a stream, or one piece of a whole answer
    record Script(
            String pool,
            String movable,
            String path,
            Map<String, String> headers,
            List<String> body,
            List<String> events) {}

    /// How far a request has come, as its Envoy sees it.
    enum Progress {
        SENDING,
        /// The request has been sent.
        ASKED,
        /// It has an endpoint.
        PLACED,
        ENDED
    }

    ChaosClient(Channel channel, Script script) {
        this.script = script;
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("x-sluice-pool", Metadata.ASCII_STRING_MARSHALLER), script.pool());
        if (!script.movable().isEmpty()) {
            metadata.put(Metadata.Key.of("x-sluice-movable", Metadata.ASCII_STRING_MARSHALLER), script.movable());
        }
        this.picker = (ClientCallStreamObserver<ProcessingRequest>) ExternalProcessorGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                .process(this);
    }

    Progress progress() {
        return progress;
    }

    /// How it ended, for the report of a failure.
    String end() {
        return end;
    }

    @Override
    public String toString() {
        return script.pool() + script.path() + " " + script.headers() + ": " + progress + ", " + end;
    }

    /// Sends the headers and as many chunks of the body.
    synchronized ChaosClient send(int chunks) {
        HeaderMap.Builder headers = HeaderMap.newBuilder();
        header(headers, ":method", script.body().isEmpty() ? "GET" : "POST");
        header(headers, ":path", script.path());
        header(headers, SESSION, session);
        script.headers().forEach((name, value) -> header(headers, name, value));
        tell(ProcessingRequest.newBuilder()
                .setRequestHeaders(HttpHeaders.newBuilder()
                        .setHeaders(headers)
                        .setEndOfStream(script.body().isEmpty())));
        if (isUnread() && progress == Progress.SENDING) {
            progress = Progress.ASKED;
        }
        sendBody(0, chunks);
        return this;
    }

    /// Whether the picker routes it by its headers alone.
    private boolean isUnread() {
        return script.path().contains("/audio/");
    }

    /// Sends all of the request.
    ChaosClient send() {
        return send(script.body().size());
    }

    synchronized void sendBody(int from, int to) {
        for (int i = from; i < to; i++) {
            tell(ProcessingRequest.newBuilder()
                    .setRequestBody(
                            body(script.body().get(i), i == script.body().size() - 1)));
        }
        if (to == script.body().size() && progress == Progress.SENDING) {
            progress = Progress.ASKED;
        }
    }

    /// The engine answers with its first pieces, as many as that.
    synchronized void respond(int pieces) {
        if (progress != Progress.PLACED) {
            return;
        }
        boolean stream = script.events().size() > 1;
        HeaderMap.Builder headers = HeaderMap.newBuilder();
        header(headers, ":status", "200");
        header(headers, "content-type", stream ? "text/event-stream" : "application/json");
        Value served = Value.newBuilder().setStringValue("10.0.0.1:8000").build();
        Struct served0 = Struct.newBuilder()
                .putFields("x-gateway-destination-endpoint-served", served)
                .build();
        tell(ProcessingRequest.newBuilder()
                .setMetadataContext(
                        io.envoyproxy.envoy.config.core.v3.Metadata.newBuilder().putFilterMetadata("envoy.lb", served0))
                .setResponseHeaders(HttpHeaders.newBuilder().setHeaders(headers)));
        for (int i = 0; i < pieces; i++) {
            tell(ProcessingRequest.newBuilder()
                    .setResponseBody(
                            body(script.events().get(i), i == script.events().size() - 1)));
        }
    }

    void respond() {
        respond(script.events().size());
    }

    synchronized void cancel() {
        picker.cancel("the client went away", null);
    }

    private void tell(ProcessingRequest.Builder message) {
        if (progress == Progress.ENDED) {
            return;
        }
        if (!configured) {
            configured = true;
            message.setProtocolConfig(ProtocolConfiguration.newBuilder()
                    .setRequestBodyMode(BodySendMode.FULL_DUPLEX_STREAMED)
                    .setResponseBodyMode(BodySendMode.FULL_DUPLEX_STREAMED));
        }
        picker.onNext(message.build());
    }

    private static void header(HeaderMap.Builder headers, String name, String value) {
        headers.addHeaders(HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFromUtf8(value)));
    }

    private static HttpBody body(String text, boolean last) {
        return HttpBody.newBuilder()
                .setBody(ByteString.copyFromUtf8(text))
                .setEndOfStream(last)
                .build();
    }

    @Override
    public synchronized void onNext(ProcessingResponse answer) {
        switch (answer.getResponseCase()) {
            case REQUEST_HEADERS -> progress = Progress.PLACED;
            case IMMEDIATE_RESPONSE -> end = answer.getImmediateResponse().getDetails();
            case RESPONSE_HEADERS -> keepSession(answer);
            case RESPONSE_BODY -> {
                if (answer.getResponseBody()
                        .getResponse()
                        .getBodyMutation()
                        .getStreamedResponse()
                        .getEndOfStream()) {
                    picker.onCompleted();
                }
            }
            default -> {}
        }
    }

    private static void keepSession(ProcessingResponse answer) {
        for (HeaderValueOption header :
                answer.getResponseHeaders().getResponse().getHeaderMutation().getSetHeadersList()) {
            if (header.getHeader().getKey().equals(SESSION)) {
                session = header.getHeader().getRawValue().toStringUtf8();
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        ended(Status.fromThrowable(failure).getCode().toString());
    }

    @Override
    public void onCompleted() {
        ended("ok");
    }

    private synchronized void ended(String status) {
        end = end + " " + status;
        progress = Progress.ENDED;
    }
}
