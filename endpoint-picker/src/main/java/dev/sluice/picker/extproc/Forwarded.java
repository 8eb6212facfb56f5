package dev.sluice.picker.extproc;

import dev.sluice.picker.extproc.message.Replies;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import java.util.ArrayDeque;
import java.util.List;

/// Envoy knows where the request goes; what is left of its body passes.
record Forwarded(RequestSide side, BodySendMode mode) implements RequestState {
    @Override
    public int readAhead() {
        return MANY;
    }

    @Override
    public void body(HttpBody chunk) {
        pass(chunk);
    }

    @Override
    public void trailers() {
        side.exchange().send(Replies.requestTrailers());
    }

    void pass(HttpBody chunk) {
        if (mode == BodySendMode.FULL_DUPLEX_STREAMED) {
            Replies.streamRequestBody(
                    new ArrayDeque<>(List.of(chunk.getBody())), chunk.getEndOfStream(), side.exchange()::send);
        } else {
            side.exchange().send(Replies.requestBodyUnchanged());
        }
    }
}
