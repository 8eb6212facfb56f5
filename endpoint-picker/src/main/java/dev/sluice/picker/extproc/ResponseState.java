package dev.sluice.picker.extproc;

import dev.sluice.picker.request.Outcome;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import java.time.Duration;

/// The state of a response, from nothing to its end.
///
/// ```
/// AwaitingResponse ─► HeadersPassed ─► PassingBody ─► Finished
///        └──────────► HeadersHeld ─────────┘
/// ```
/// Headers, body and trailers are transitions to the next state, or back to the same; a preemption ends the request or
/// its stream; the outcomes say how the request ends in this state. A response without a body goes straight to
/// Finished; trailers finish it from any other state, and are out of order in Finished.
sealed interface ResponseState permits AwaitingResponse, ResponseState.Begun, ResponseState.Finished {
    ResponseSide side();

    /// The response's headers have come.
    default void headers(ProcessingRequest message) {
        side().outOfOrder(message.getRequestCase());
    }

    /// A part of the response's body has come.
    void body(HttpBody chunk);

    /// The response's trailers have come, and its body has ended.
    void trailers();

    /// The request is preempted; its client is told in the best way that is left.
    default void preempt(Duration retryAfter) {
        side().exchange()
                .reply(
                        Outcome.PREEMPTED,
                        PreemptedAnswer.whole(side().exchange().errors(), retryAfter));
    }

    /// The request's outcome if nothing more comes.
    Outcome outcome();

    /// The request's outcome when the stream is cut off. Where bodies do not pass, that is how Envoy ends a
    /// stream once the response is over.
    Outcome outcomeWhenCut();

    /// A response that has begun: its answer passes.
    sealed interface Begun extends ResponseState {
        AnswerBody answer();

        @Override
        default ResponseSide side() {
            return answer().side();
        }

        @Override
        default void body(HttpBody chunk) {
            side().enter(new PassingBody(answer()));
            answer().pass(chunk);
        }

        @Override
        default void trailers() {
            answer().passTrailers();
        }

        @Override
        default Outcome outcome() {
            return answer().outcome();
        }

        @Override
        default Outcome outcomeWhenCut() {
            return answer().passesWhole() ? Outcome.CANCELLED : outcome();
        }
    }

    /// The headers are held, because the response may still be refused: engines begin a stream before they begin to
    /// compute, and until its first piece a request that is preempted can be told so by a status.
    ///
    /// @param headers what Envoy is answered to them
    record HeadersHeld(AnswerBody answer, ProcessingResponse headers) implements Begun {
        @Override
        public void body(HttpBody chunk) {
            side().exchange().send(headers);
            Begun.super.body(chunk);
        }

        @Override
        public void trailers() {
            side().exchange().send(headers);
            Begun.super.trailers();
        }
    }

    /// The headers have passed, and nothing of the body has come.
    record HeadersPassed(AnswerBody answer) implements Begun {}

    /// The body is passing.
    record PassingBody(AnswerBody answer) implements Begun {
        @Override
        public void body(HttpBody chunk) {
            answer.pass(chunk);
        }

        @Override
        public void preempt(Duration retryAfter) {
            if (answer.isEventStream() && answer.passesWhole()) {
                answer.endWithEvent(retryAfter);
            } else {
                Begun.super.preempt(retryAfter);
            }
        }

        /// Of a body that passes whole the end comes too, unless the client or the engine went away.
        @Override
        public Outcome outcome() {
            Outcome outcome = answer.outcome();
            return outcome == Outcome.COMPLETED && answer.passesWhole() ? Outcome.CANCELLED : outcome;
        }
    }

    /// The response is over, and with it the request.
    record Finished(ResponseSide side, Outcome outcome) implements ResponseState {
        @Override
        public void body(HttpBody chunk) {
            side.outOfOrder(ProcessingRequest.RequestCase.RESPONSE_BODY);
        }

        @Override
        public void trailers() {
            side.outOfOrder(ProcessingRequest.RequestCase.RESPONSE_TRAILERS);
        }

        @Override
        public Outcome outcomeWhenCut() {
            return outcome;
        }
    }
}
