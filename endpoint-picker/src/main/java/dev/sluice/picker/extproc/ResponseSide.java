package dev.sluice.picker.extproc;

import dev.sluice.picker.request.Outcome;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.grpc.Status;
import java.time.Duration;

/// The response's half of an exchange: gives Envoy's messages to the [ResponseState].
final class ResponseSide {
    private final Exchange exchange;
    private final Collaborators with;
    private final boolean testHooks;

    private ResponseState state = new AwaitingResponse(this, BodySendMode.FULL_DUPLEX_STREAMED, false);

    ResponseSide(Exchange exchange, Collaborators with, boolean testHooks) {
        this.exchange = exchange;
        this.with = with;
        this.testHooks = testHooks;
    }

    Exchange exchange() {
        return exchange;
    }

    Collaborators with() {
        return with;
    }

    boolean testHooks() {
        return testHooks;
    }

    void enter(ResponseState next) {
        state = next;
    }

    /// The first message of a stream says how the response's body will come.
    void announce(BodySendMode mode) {
        if (state instanceof AwaitingResponse awaiting) {
            state = new AwaitingResponse(this, mode, awaiting.unaskedUsage());
        }
    }

    /// Has the response lose the token counts that the engine is about to be asked for in the client's stead.
    ///
    /// @return false where the response does not pass in a way that this can be done
    boolean hideUsage() {
        if (!(state instanceof AwaitingResponse(ResponseSide _, BodySendMode mode, boolean _))
                || mode != BodySendMode.FULL_DUPLEX_STREAMED) {
            return false;
        }
        state = new AwaitingResponse(this, mode, true);
        return true;
    }

    void on(ProcessingRequest message) {
        switch (message.getRequestCase()) {
            case RESPONSE_HEADERS -> state.headers(message);
            case RESPONSE_BODY -> state.body(message.getResponseBody());
            case RESPONSE_TRAILERS -> state.trailers();
            case REQUEST_HEADERS, REQUEST_BODY, REQUEST_TRAILERS, REQUEST_NOT_SET ->
                throw new IllegalArgumentException("no message of a response: " + message.getRequestCase());
        }
    }

    void preempt(Duration retryAfter) {
        state.preempt(retryAfter);
    }

    boolean hasBegun() {
        return !(state instanceof AwaitingResponse);
    }

    /// The request's outcome if nothing more comes.
    Outcome outcome() {
        return state.outcome();
    }

    /// The request's outcome when the stream is cut off.
    Outcome outcomeWhenCut() {
        return state.outcomeWhenCut();
    }

    /// The response is over, and with it the request.
    void finish(Outcome outcome) {
        state = new ResponseState.Finished(this, outcome);
        exchange.end(outcome);
    }

    void outOfOrder(ProcessingRequest.RequestCase message) {
        exchange.abort(Status.FAILED_PRECONDITION.withDescription(message + " out of order"));
    }
}
