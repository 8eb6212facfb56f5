package dev.sluice.picker.extproc;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/// Envoy's call, as the picker answers it: messages, then one status.
final class EnvoyCall {
    private final ServerCall<ProcessingRequest, ProcessingResponse> call;
    private CallState state = CallState.SILENT;

    private enum CallState {
        /// Nothing has been answered.
        SILENT,
        ANSWERING,
        CLOSED
    }

    EnvoyCall(ServerCall<ProcessingRequest, ProcessingResponse> call) {
        this.call = call;
    }

    /// Envoy still listens.
    boolean isOpen() {
        return state != CallState.CLOSED && !call.isCancelled();
    }

    /// The messages that were sent have left, but for little.
    boolean isReady() {
        return call.isReady();
    }

    /// Asks Envoy for so many messages more.
    void read(int messages) {
        call.request(messages);
    }

    void send(ProcessingResponse message) {
        if (!isOpen()) {
            return;
        }
        if (state == CallState.SILENT) {
            state = CallState.ANSWERING;
            call.sendHeaders(new Metadata());
        }
        call.sendMessage(message);
    }

    void close(Status status) {
        if (isOpen()) {
            state = CallState.CLOSED;
            call.close(status, new Metadata());
        }
    }
}
