package dev.sluice.picker.extproc;

import com.google.protobuf.ByteString;
import dev.sluice.picker.extproc.message.AnswerHead;
import dev.sluice.picker.extproc.message.Replies;
import dev.sluice.picker.request.Outcome;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import java.time.Duration;

/// The body of a response on its way to the client: each chunk passes at once, and is read as it does.
///
/// A fault in the filter never breaks a healthy generation: the chunk goes on unchanged, a meter counts the fault, and
/// nothing more is read.
final class AnswerBody {
    private final ResponseSide side;
    private final BodySendMode mode;
    private final AnswerHead head;
    private final boolean eventStream;
    private AnswerFilter filter;
    /// The part of an event stream that has passed ends within an event.
    private boolean inEvent;

    AnswerBody(ResponseSide side, BodySendMode mode, AnswerHead head, AnswerFilter filter) {
        this.side = side;
        this.mode = mode;
        this.head = head;
        this.eventStream = filter.isOfEvents();
        this.filter = filter;
    }

    ResponseSide side() {
        return side;
    }

    /// The picker passes the body itself, so that it can be added to.
    boolean passesWhole() {
        return mode == BodySendMode.FULL_DUPLEX_STREAMED;
    }

    /// The body is a stream of events that can be read and added to.
    boolean isEventStream() {
        return eventStream;
    }

    /// The response's outcome if this is all of it.
    Outcome outcome() {
        if (head.isError()) {
            return Outcome.ENGINE_ERROR;
        }
        return filter.sawError() ? Outcome.ENGINE_ERROR_IN_STREAM : Outcome.COMPLETED;
    }

    void pass(HttpBody chunk) {
        ByteString body = chunk.getBody();
        boolean last = chunk.getEndOfStream();
        ByteString held = filter.held();
        ByteString passed;
        try {
            passed = filter.accept(body, last);
        } catch (Throwable fault) {
            giveUp(fault);
            passed = held.concat(body);
        }
        if (!passesWhole()) {
            side.exchange().send(passed.equals(body) ? Replies.responseBodyUnchanged() : Replies.responseBody(passed));
        } else if (!passed.isEmpty() || last) {
            inEvent = passed.isEmpty() ? inEvent : !PreemptedAnswer.endsEvent(passed);
            Replies.streamResponseBody(passed, last, side.exchange()::send);
        }
        if (last) {
            finish();
        }
    }

    /// Trailers end the body.
    void passTrailers() {
        ByteString rest = filter.held();
        try {
            rest = filter.finish();
        } catch (Throwable fault) {
            giveUp(fault);
        }
        if (!rest.isEmpty()) {
            Replies.streamResponseBody(rest, false, side.exchange()::send);
        }
        side.exchange().send(Replies.responseTrailers());
        finish();
    }

    /// An event tells the client that its request was preempted, and ends the stream.
    void endWithEvent(Duration retryAfter) {
        ByteString rest = filter.cutOff();
        ByteString event = PreemptedAnswer.event(side.exchange().errors(), retryAfter, inEvent || !rest.isEmpty());
        Replies.streamResponseBody(rest.concat(event), true, side.exchange()::send);
        side.finish(Outcome.PREEMPTED);
    }

    /// The whole answer has passed.
    void finish() {
        try {
            filter.end();
        } catch (Throwable fault) {
            giveUp(fault);
        }
        side.finish(outcome());
    }

    /// The caller passes on what was held back.
    private void giveUp(Throwable fault) {
        filter = AnswerFilter.NONE;
        side.exchange().faults().inResponse(fault);
    }
}
