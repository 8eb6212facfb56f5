package dev.sluice.bench.sidebyside;

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
import io.grpc.stub.StreamObserver;
import java.io.IOException;

/// The limit: an ext_proc server that lets everything pass and looks at nothing. Envoy chooses the endpoint.
final class NoOpPicker extends ExternalProcessorGrpc.ExternalProcessorImplBase {
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

    private NoOpPicker() {}

    /// Runs until its parent ends.
    public static void main(String[] arguments) throws IOException {
        try (PickerServer server = PickerServer.start(new NoOpPicker())) {
            ChildJvm.serveUntilParentEnds(server.port());
        }
    }

    @Override
    public StreamObserver<ProcessingRequest> process(StreamObserver<ProcessingResponse> envoy) {
        return new StreamObserver<>() {
            @Override
            public void onNext(ProcessingRequest message) {
                envoy.onNext(answer(message));
            }

            @Override
            public void onError(Throwable reason) {
                // In full duplex a stream ends by cancellation: nothing is left to do.
            }

            @Override
            public void onCompleted() {
                envoy.onCompleted();
            }
        };
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
