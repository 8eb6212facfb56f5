package dev.sluice.picker.extproc.message;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;

/// The one method of Envoy's external processing service, read without the second copy that the usual marshaller
/// makes.
///
/// A message leaves the network's buffer by one copy, into an array of its own, and the body in it is a view of that
/// array from there on: through the scan and the splice until it is written out again.
public final class ProcessMethod {
    private static final MethodDescriptor<ProcessingRequest, ProcessingResponse> GENERATED =
            ExternalProcessorGrpc.getProcessMethod();

    private static final MethodDescriptor<ProcessingRequest, ProcessingResponse> METHOD = GENERATED.toBuilder(
                    new RequestMarshaller(), GENERATED.getResponseMarshaller())
            .build();

    private ProcessMethod() {}

    /// The service, its calls handled by `handler`.
    public static ServerServiceDefinition bind(ServerCallHandler<ProcessingRequest, ProcessingResponse> handler) {
        return ServerServiceDefinition.builder(ExternalProcessorGrpc.SERVICE_NAME)
                .addMethod(METHOD, handler)
                .build();
    }

    private static final class RequestMarshaller implements MethodDescriptor.Marshaller<ProcessingRequest> {
        @Override
        public InputStream stream(ProcessingRequest message) {
            return GENERATED.getRequestMarshaller().stream(message);
        }

        @Override
        public ProcessingRequest parse(InputStream stream) {
            try {
                // The array is nobody else's, so that views of it may be handed out.
                CodedInputStream input =
                        UnsafeByteOperations.unsafeWrap(bytesOf(stream)).newCodedInput();
                input.enableAliasing(true);
                ProcessingRequest message = ProcessingRequest.parser().parseFrom(input);
                input.checkLastTagWas(0);
                return message;
            } catch (IOException malformed) {
                throw Status.INTERNAL
                        .withDescription("Envoy's message cannot be read")
                        .withCause(malformed)
                        .asRuntimeException();
            }
        }

        private static byte[] bytesOf(InputStream stream) throws IOException {
            if (!(stream instanceof KnownLength)) {
                return stream.readAllBytes();
            }
            byte[] bytes = new byte[stream.available()];
            stream.readNBytes(bytes, 0, bytes.length);
            return bytes;
        }
    }
}
