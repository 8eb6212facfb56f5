package dev.sluice.e2e.stack;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.operator.plan.Plan;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.TrailersResponse;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An endpoint picker that does what a test says: for what a correct picker never does, and Envoy must survive.
public final class ScriptedPicker implements AutoCloseable {
    private static final String SERVICE = "envoy.service.ext_proc.v3.ExternalProcessor";

    /// What happens on a message of Envoy's.
    public interface Script {
        void on(ProcessingRequest message, StreamObserver<ProcessingResponse> envoy);
    }

    private final Server server;
    private volatile Script script = sendTo(null);
    private volatile Metadata lastStream = new Metadata();

    private ScriptedPicker(int port) throws IOException {
        HealthStatusManager health = new HealthStatusManager();
        health.setStatus(SERVICE, ServingStatus.SERVING);
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .directExecutor()
                .intercept(new ServerInterceptor() {
                    @Override
                    public <Q, A> ServerCall.Listener<Q> interceptCall(
                            ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
                        if (call.getMethodDescriptor().getServiceName().equals(SERVICE)) {
                            lastStream = metadata;
                        }
                        return next.startCall(call, metadata);
                    }
                })
                .addService(health.getHealthService())
                .addService(new ExternalProcessorGrpc.ExternalProcessorImplBase() {
                    @Override
                    public StreamObserver<ProcessingRequest> process(StreamObserver<ProcessingResponse> envoy) {
                        return new Stream(envoy);
                    }
                })
                .build()
                .start();
    }

    public static ScriptedPicker start() throws IOException {
        return new ScriptedPicker(0);
    }

    public Plan.Address address() {
        return new Plan.Address("127.0.0.1", server.getPort());
    }

    /// What Envoy said when it opened the last stream.
    public @Nullable String lastStreamHeader(String name) {
        return lastStream.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    }

    public void play(Script next) {
        script = next;
    }

    /// The script of a correct picker that always picks these endpoints; null: none.
    public static Script sendTo(@Nullable String destination) {
        return (message, envoy) -> {
            switch (message.getRequestCase()) {
                case REQUEST_HEADERS -> envoy.onNext(headers(destination));
                case REQUEST_BODY ->
                    envoy.onNext(ProcessingResponse.newBuilder()
                            .setRequestBody(echo(message.getRequestBody()))
                            .build());
                case RESPONSE_HEADERS ->
                    envoy.onNext(ProcessingResponse.newBuilder()
                            .setResponseHeaders(HeadersResponse.getDefaultInstance())
                            .build());
                case RESPONSE_BODY ->
                    envoy.onNext(ProcessingResponse.newBuilder()
                            .setResponseBody(echo(message.getResponseBody()))
                            .build());
                case REQUEST_TRAILERS ->
                    envoy.onNext(ProcessingResponse.newBuilder()
                            .setRequestTrailers(TrailersResponse.getDefaultInstance())
                            .build());
                case RESPONSE_TRAILERS ->
                    envoy.onNext(ProcessingResponse.newBuilder()
                            .setResponseTrailers(TrailersResponse.getDefaultInstance())
                            .build());
                case REQUEST_NOT_SET -> throw new IllegalArgumentException("empty message");
            }
        };
    }

    private static ProcessingResponse headers(@Nullable String destination) {
        ProcessingResponse.Builder response =
                ProcessingResponse.newBuilder().setRequestHeaders(HeadersResponse.getDefaultInstance());
        if (destination != null) {
            Struct lb = Struct.newBuilder()
                    .putFields(
                            "x-gateway-destination-endpoint",
                            Value.newBuilder().setStringValue(destination).build())
                    .build();
            response.setDynamicMetadata(Struct.newBuilder()
                    .putFields("envoy.lb", Value.newBuilder().setStructValue(lb).build()));
        }
        return response.build();
    }

    private static BodyResponse echo(HttpBody body) {
        return streamed(body.getBody(), body.getEndOfStream());
    }

    private static BodyResponse streamed(ByteString body, boolean last) {
        return BodyResponse.newBuilder()
                .setResponse(CommonResponse.newBuilder()
                        .setBodyMutation(BodyMutation.newBuilder()
                                .setStreamedResponse(StreamedBodyResponse.newBuilder()
                                        .setBody(body)
                                        .setEndOfStream(last))))
                .build();
    }

    /// Dies: open streams break, and nobody answers any more.
    public void kill() {
        server.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }

    private final class Stream implements StreamObserver<ProcessingRequest> {
        private final StreamObserver<ProcessingResponse> envoy;
        private boolean ended;

        Stream(StreamObserver<ProcessingResponse> envoy) {
            this.envoy = new Ending(envoy);
        }

        @Override
        public void onNext(ProcessingRequest message) {
            if (!ended) {
                script.on(message, envoy);
            }
        }

        @Override
        public void onError(Throwable cause) {
            ended = true;
        }

        @Override
        public void onCompleted() {
            if (!ended) {
                envoy.onCompleted();
            }
        }

        /// Remembers that the script ended the stream.
        private final class Ending implements StreamObserver<ProcessingResponse> {
            private final StreamObserver<ProcessingResponse> to;

            Ending(StreamObserver<ProcessingResponse> to) {
                this.to = to;
            }

            @Override
            public void onNext(ProcessingResponse message) {
                to.onNext(message);
            }

            @Override
            public void onError(Throwable cause) {
                ended = true;
                to.onError(cause);
            }

            @Override
            public void onCompleted() {
                ended = true;
                to.onCompleted();
            }
        }
    }
}
