package dev.sluice.picker.extproc;

import com.google.protobuf.ByteString;
import dev.sluice.picker.extproc.message.Refusals;
import dev.sluice.picker.payload.reply.ErrorFormat;
import dev.sluice.picker.request.Outcome;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import java.time.Duration;

/// The client's answer where its request was preempted by a request of higher priority.
///
/// Envoy 1.40 was seen to take each of these without having asked, and to reset the request to the engine with it:
///
/// - an immediate response before the response's headers have passed: it becomes the client's response;
/// - the same after them, whatever the mode: the client's stream is reset;
/// - a body message that ends a stream in full duplex, once it has sent a body message itself: the client's response
///   ends in order.
final class PreemptedAnswer {
    private static final String MESSAGE = "the request was ended for one of higher priority";
    private static final ByteString BLANK_LINE = ByteString.copyFromUtf8("\n\n");
    private static final ByteString BLANK_LINE_CRLF = ByteString.copyFromUtf8("\r\n\r\n");

    private PreemptedAnswer() {}

    /// The whole response, where none has begun; a reset, where one has.
    static ProcessingResponse whole(ErrorFormat format, Duration retryAfter) {
        return Refusals.refuse(format, Outcome.PREEMPTED, MESSAGE, retryAfter);
    }

    /// The last event of a stream.
    ///
    /// @param inEvent whether the stream was left in the middle of an event, which must end first
    static ByteString event(ErrorFormat format, Duration retryAfter, boolean inEvent) {
        ByteString event = ByteString.copyFromUtf8(
                Refusals.error(Outcome.PREEMPTED, MESSAGE, retryAfter).eventIn(format));
        return inEvent ? BLANK_LINE.concat(event) : event;
    }

    /// A stream of events is between two of them after this piece.
    static boolean endsEvent(ByteString piece) {
        return piece.endsWith(BLANK_LINE) || piece.endsWith(BLANK_LINE_CRLF);
    }
}
