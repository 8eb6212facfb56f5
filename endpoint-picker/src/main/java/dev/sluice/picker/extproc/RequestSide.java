package dev.sluice.picker.extproc;

import dev.sluice.picker.extproc.message.EndpointMetadata;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.extproc.message.RequestHead;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.memory.BodyReservation;
import dev.sluice.picker.prompt.Work;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.request.Outcome;
import dev.sluice.picker.routing.PendingRequest;
import dev.sluice.picker.routing.PromptBody;
import dev.sluice.picker.routing.Routing;
import dev.sluice.picker.routing.placement.Placement;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/// The request's half of an exchange: gives Envoy's messages to the [RequestState], and the router's results.
final class RequestSide {
    private final Exchange exchange;
    private final Collaborators with;
    private final ExchangeSettings settings;

    private RequestState state = new AwaitingRequest(this);
    private EndpointSubset subset = EndpointSubset.ANY;
    /// Null where no body is kept.
    private @Nullable BodyReservation memory;
    /// The body has been sent on.
    private boolean passed;

    RequestSide(Exchange exchange, Collaborators with, ExchangeSettings settings) {
        this.exchange = exchange;
        this.with = with;
        this.settings = settings;
    }

    Exchange exchange() {
        return exchange;
    }

    Collaborators with() {
        return with;
    }

    ExchangeSettings settings() {
        return settings;
    }

    void on(ProcessingRequest message) {
        if (message.hasMetadataContext()) {
            EndpointSubset hint = EndpointMetadata.subset(message.getMetadataContext());
            subset = hint == null ? subset : hint;
        }
        switch (message.getRequestCase()) {
            case REQUEST_HEADERS -> state.headers(message);
            case REQUEST_BODY -> state.body(message.getRequestBody());
            case REQUEST_TRAILERS -> state.trailers();
            case RESPONSE_HEADERS, RESPONSE_BODY, RESPONSE_TRAILERS, REQUEST_NOT_SET ->
                throw new IllegalArgumentException("no message of a request: " + message.getRequestCase());
        }
    }

    void enter(RequestState next) {
        state.leave();
        state = next;
        next.begin();
    }

    /// Messages that may be asked for ahead of their arrival.
    int readAhead() {
        return state.mayRead() ? state.readAhead() : 0;
    }

    /// The memory of the request's body.
    ///
    /// @param declared bytes of the body, or -1
    BodyReservation memory(long declared) {
        BodyReservation known = memory;
        if (known == null) {
            known = new BodyReservation(with.bodies(), declared, settings.maxBodyBytes(), exchange);
            memory = known;
        }
        return known;
    }

    /// The body has been sent on; its memory is returned as soon as it has left.
    void pass() {
        passed = true;
        sent();
    }

    /// The messages that were sent have left, or most of them.
    void sent() {
        if (memory != null && passed && exchange.isSent()) {
            memory.close();
            memory = null;
        }
    }

    /// The proxy, or a client that may, names the only endpoints that the request may go to.
    void allowOnly(EndpointSubset chosen) {
        subset = chosen;
    }

    /// A request with what its stream and its headers say of it.
    ///
    /// @param bytes of its body that are held
    PendingRequest request(RequestHead head, Work work, long bytes, PromptBody body, long readyNanos) {
        InferenceRequest request = new InferenceRequest(
                head.id(),
                exchange.route().pools(),
                work,
                subset,
                exchange.arrivedNanos(),
                head.attributes().withBytes(bytes));
        return new PendingRequest(request, body, readyNanos, exchange);
    }

    /// The result of routing goes to the state that asked for it; of a request that waits more is heard
    /// later.
    void routed(Routing routing) {
        switch (routing) {
            case Routing.Waiting _ -> {}
            case Routing.Refused refused -> {
                if (refused.outcome() == Outcome.UNKNOWN_MODEL) {
                    // An unknown name is no label of meters: clients could crowd real models out of the bounded set.
                    exchange.name("");
                }
                exchange.refuse(refused);
            }
            case Routing.Placed(Placement placement) -> state.placed(placement);
        }
    }

    void refuseTooLarge() {
        exchange.refuse(
                Outcome.BODY_TOO_LARGE, "the request body is longer than " + settings.maxBodyBytes() + " bytes");
    }

    /// There is no memory for the body.
    void refuseForMemory() {
        exchange.refuse(
                Outcome.MEMORY_FULL, "the picker has no memory for the request body now, other bodies have it; retry");
    }

    /// A body that could not be read for too long is refused.
    void expirePause() {
        if (!state.mayRead()) {
            refuseForMemory();
        }
    }

    /// A body that has not arrived in time is refused.
    void expire() {
        if (!state.mayRead()) {
            refuseForMemory();
        } else if (state instanceof ReadingBody) {
            exchange.refuse(
                    Outcome.BODY_TIMEOUT,
                    "the request body did not arrive within "
                            + settings.bodyTimeout().toSeconds() + " s");
        }
    }

    void outOfOrder(ProcessingRequest.RequestCase message) {
        exchange.abort(Status.FAILED_PRECONDITION.withDescription(message + " out of order"));
    }

    /// The exchange has ended, whether or not the state before can be left without a fault.
    void close() {
        RequestState before = state;
        state = new RequestState.Closed(this);
        BodyReservation held = memory;
        memory = null;
        try {
            before.leave();
        } finally {
            if (held != null) {
                held.close();
            }
        }
    }
}
