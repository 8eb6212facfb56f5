package dev.sluice.picker.extproc;

import dev.sluice.picker.routing.placement.Placement;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;

/// The state of a request, from its headers to the message that tells Envoy where it goes.
///
/// ```
/// AwaitingRequest ─► ReadingBody ─► RoutingByBody ─► Forwarded        the body is read, priced, edited and sent on
///        └────────────────────────► RoutingByHeaders ─► Forwarded     placed by load alone; the body passes
/// ```
/// Headers, body, trailers and the placement are transitions to the next state, or back to the same. A
/// transition that a state does not define is not legal in it and ends the exchange; a refusal ends it from any
/// state.
sealed interface RequestState
        permits AwaitingRequest, ReadingBody, RoutingByBody, RoutingByHeaders, Forwarded, RequestState.Closed {
    /// Messages to ask for at once where nothing is kept of them: it costs less than to ask for each event of a
    /// stream.
    int MANY = 16;

    RequestSide side();

    /// The state has been entered.
    default void begin() {}

    /// The state is left, for another or because the request ends: nothing is awaited for it any more.
    default void leave() {}

    /// The next message may be asked for: there is memory for what it may bring.
    default boolean mayRead() {
        return true;
    }

    /// Messages that may be asked for ahead of their arrival, where [#mayRead]. A chunk of a body that is kept
    /// takes memory, so it comes alone.
    default int readAhead() {
        return 1;
    }

    /// The request's headers have come.
    default void headers(ProcessingRequest message) {
        side().outOfOrder(message.getRequestCase());
    }

    /// A part of the request's body has come.
    default void body(HttpBody chunk) {
        side().outOfOrder(ProcessingRequest.RequestCase.REQUEST_BODY);
    }

    /// The request's trailers have come, and its body has ended.
    default void trailers() {
        side().outOfOrder(ProcessingRequest.RequestCase.REQUEST_TRAILERS);
    }

    /// The router has placed the request.
    default void placed(Placement placement) {
        throw new IllegalStateException("the request is placed, but has not been routed: " + placement.decision());
    }

    /// The request has ended. What Envoy still sends is dropped: without it the stream's end would not come.
    record Closed(RequestSide side) implements RequestState {
        @Override
        public int readAhead() {
            return MANY;
        }
    }
}
