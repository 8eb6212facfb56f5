package dev.sluice.bench.sidebyside;

import dev.sluice.bench.rig.ChildJvm;
import dev.sluice.picker.app.options.PickerConfig;
import dev.sluice.picker.app.options.Tls;
import dev.sluice.picker.app.server.GrpcServers;
import dev.sluice.picker.app.server.Health;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.extproc.message.ProcessMethod;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.process.Supervisor;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.TrailersResponse;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;

/// The limit: an ext_proc server that lets everything pass and looks at nothing. Envoy chooses the endpoint.
///
/// Server, marshaller and JVM flags are the picker's own: the two differ only in what they do with a message.
final class NoOpPicker extends ServerCall.Listener<ProcessingRequest> {
    private static final HeadersResponse HEADERS = HeadersResponse.getDefaultInstance();
    private static final TrailersResponse TRAILERS = TrailersResponse.getDefaultInstance();
    private static final ProcessingResponse REQUEST_HEADERS =
            ProcessingResponse.newBuilder().setRequestHeaders(HEADERS).build();
    private static final ProcessingResponse RESPONSE_HEADERS =
            ProcessingResponse.newBuilder().setResponseHeaders(HEADERS).build();
    private static final ProcessingResponse REQUEST_TRAILERS =
            ProcessingResponse.newBuilder().setRequestTrailers(TRAILERS).build();
    private static final ProcessingResponse RESPONSE_TRAILERS =
            ProcessingResponse.newBuilder().setResponseTrailers(TRAILERS).build();

    private final ServerCall<ProcessingRequest, ProcessingResponse> envoy;

    private NoOpPicker(ServerCall<ProcessingRequest, ProcessingResponse> envoy) {
        this.envoy = envoy;
    }

    /// Runs until its parent ends.
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        BindableService service = () -> ProcessMethod.bind(NoOpPicker::begin);
        Health health = new Health();
        try (GrpcServers servers = GrpcServers.start(config(), service, health, () -> {}, new Supervisor(_ -> {}))) {
            health.set(true);
            System.out.println("listening on port " + servers.address().getPort());
            ChildJvm.awaitEndOfParent();
        }
    }

    private static PickerConfig config() {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        ExchangeSettings exchange = new ExchangeSettings(
                new PoolId("default", "default"),
                PickerConfig.DEFAULT_MAX_BODY_BYTES,
                PickerConfig.DEFAULT_BODY_TIMEOUT,
                1);
        return new PickerConfig(
                new PickerConfig.Listeners(anyPort, anyPort, anyPort, new Tls.Plaintext()),
                exchange,
                new PickerConfig.Memory(0, 0),
                PickerConfig.Shutdown.within(Duration.ZERO));
    }

    private static ServerCall.Listener<ProcessingRequest> begin(
            ServerCall<ProcessingRequest, ProcessingResponse> envoy, Metadata metadata) {
        envoy.request(Integer.MAX_VALUE);
        envoy.sendHeaders(new Metadata());
        return new NoOpPicker(envoy);
    }

    @Override
    public void onMessage(ProcessingRequest message) {
        envoy.sendMessage(answer(message));
    }

    @Override
    public void onHalfClose() {
        envoy.close(Status.OK, new Metadata());
    }

    private static ProcessingResponse answer(ProcessingRequest message) {
        return switch (message.getRequestCase()) {
            case REQUEST_HEADERS -> REQUEST_HEADERS;
            case REQUEST_BODY ->
                ProcessingResponse.newBuilder()
                        .setRequestBody(same(message.getRequestBody()))
                        .build();
            case REQUEST_TRAILERS -> REQUEST_TRAILERS;
            case RESPONSE_HEADERS -> RESPONSE_HEADERS;
            case RESPONSE_BODY ->
                ProcessingResponse.newBuilder()
                        .setResponseBody(same(message.getResponseBody()))
                        .build();
            case RESPONSE_TRAILERS -> RESPONSE_TRAILERS;
            case REQUEST_NOT_SET -> ProcessingResponse.getDefaultInstance();
        };
    }

    private static BodyResponse same(HttpBody chunk) {
        return BodyResponse.newBuilder()
                .setResponse(CommonResponse.newBuilder()
                        .setBodyMutation(BodyMutation.newBuilder()
                                .setStreamedResponse(StreamedBodyResponse.newBuilder()
                                        .setBody(chunk.getBody())
                                        .setEndOfStream(chunk.getEndOfStream()))))
                .build();
    }
}
