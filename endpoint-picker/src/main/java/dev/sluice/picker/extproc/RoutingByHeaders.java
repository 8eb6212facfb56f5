package dev.sluice.picker.extproc;

import dev.sluice.picker.extproc.message.Replies;
import dev.sluice.picker.extproc.message.RequestHead;
import dev.sluice.picker.memory.BodyReservation;
import dev.sluice.picker.memory.BodyReservation.Grant;
import dev.sluice.picker.routing.PendingRequest;
import dev.sluice.picker.routing.placement.Placement;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;

/// The body is not read, and the router has the request. Envoy sends the body on without waiting for an answer to the
/// headers, so what comes while the request waits is held.
record RoutingByHeaders(RequestSide side, RequestHead head, BodySendMode mode, HeldBody body, PendingRequest request)
        implements RequestState {
    @Override
    public void begin() {
        side.routed(side.with().router().route(request));
        countHeld();
    }

    @Override
    public void leave() {
        request.cancel();
    }

    /// A body that waits need not be read to its end: what there is no memory for stays with Envoy.
    @Override
    public boolean mayRead() {
        return !memory().isWaiting();
    }

    private BodyReservation memory() {
        return side.memory(head.content().length());
    }

    @Override
    public void body(HttpBody chunk) {
        int bytes = body.kept(chunk);
        Grant grant = chunk.getEndOfStream() ? memory().finish(bytes) : memory().add(bytes);
        if (grant == Grant.REFUSED) {
            side.refuseForMemory();
            return;
        }
        body.add(chunk);
        countHeld();
    }

    @Override
    public void trailers() {
        body.addTrailers();
    }

    private void countHeld() {
        request.hold(body.bytes(), side.settings().maxBodyBytes());
    }

    @Override
    public void placed(Placement placement) {
        Exchange exchange = side.exchange();
        exchange.placed(placement, request.readyNanos());
        exchange.send(Replies.destinationInHeaders(placement, side.settings(), head, -1));
        Forwarded forwarded = new Forwarded(side, mode);
        body.drain(forwarded::pass);
        if (body.hasTrailers()) {
            exchange.send(Replies.requestTrailers());
        }
        side.enter(forwarded);
        side.pass();
    }
}
