package dev.sluice.picker.extproc;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/// The body of a request that is not read, as far as it comes before the request is placed: Envoy's messages in
/// their order.
final class HeldBody {
    private final Deque<HttpBody> messages = new ArrayDeque<>();
    /// The picker has the only copy.
    private final boolean passesWhole;
    private final long declaredBytes;
    private long bytes;
    private boolean trailers;

    /// @param declaredBytes the length that the client says, 0 where it says none
    HeldBody(BodySendMode mode, long declaredBytes) {
        this.passesWhole = mode == BodySendMode.FULL_DUPLEX_STREAMED;
        this.declaredBytes = passesWhole ? declaredBytes : 0;
    }

    /// The bytes that the body takes: its declared length from the start, because the rest of it may come at
    /// any time.
    long bytes() {
        return Math.max(declaredBytes, bytes);
    }

    /// The bytes of the message that are kept.
    int kept(HttpBody message) {
        return passesWhole ? message.getBody().size() : 0;
    }

    /// Envoy keeps the bytes of bodies that do not pass whole, and waits for an answer to the message.
    void add(HttpBody message) {
        messages.add(passesWhole ? message : message.toBuilder().clearBody().build());
        bytes += kept(message);
    }

    void addTrailers() {
        trailers = true;
    }

    boolean hasTrailers() {
        return trailers;
    }

    /// Gives away one message after the other; each can be collected as soon as it is sent.
    void drain(Consumer<HttpBody> to) {
        while (!messages.isEmpty()) {
            to.accept(messages.remove());
        }
    }
}
