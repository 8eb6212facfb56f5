package dev.sluice.picker.extproc;

import dev.sluice.picker.model.Outcome;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.Reroute;
import dev.sluice.picker.model.Stickiness;
import dev.sluice.picker.model.TokenUsage;
import dev.sluice.picker.payload.ErrorFormat;
import dev.sluice.picker.routing.Placement;
import dev.sluice.picker.routing.Resumption;
import dev.sluice.picker.routing.Routing;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One HTTP request as Envoy tells it: dispatches Envoy's messages to the request's and the response's side, and
/// sees that whatever happens the request ends once, under one name.
///
/// Messages come one after the other on an event loop; the body's deadline, the prompt's tokens, a client's
/// departure and the word to give way to others may come on another thread. The monitor of this object orders them;
/// it belongs to one request and is almost never contended.
final class Exchange extends ServerCall.Listener<ProcessingRequest> implements Resumption {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final ServerCall<ProcessingRequest, ProcessingResponse> envoy;
    private final Collaborators with;
    private final Faults faults;
    private final Route route;
    private final long arrivedNanos;
    private final RequestSide request;
    private final ResponseSide response;

    /// The route's, or the one that the request was moved to.
    private PoolId pool;
    private @Nullable Placement placement;
    private String model = "";
    private ErrorFormat errors = ErrorFormat.TEXT;
    private boolean answering;
    private boolean over;
    private boolean closed;

    Exchange(
            ServerCall<ProcessingRequest, ProcessingResponse> envoy,
            Route route,
            Collaborators with,
            ExchangeSettings settings,
            Faults faults) {
        this.envoy = envoy;
        this.with = with;
        this.faults = faults;
        this.route = route;
        this.pool = route.pool();
        this.arrivedNanos = with.ticker().nanos();
        this.request = new RequestSide(this, with, settings);
        this.response = new ResponseSide(this, with, settings.testHooks());
    }

    @Override
    public synchronized void onMessage(ProcessingRequest message) {
        if (over) {
            return;
        }
        if (message.hasProtocolConfig()) {
            response.announce(message.getProtocolConfig().getResponseBodyMode());
        }
        try {
            switch (message.getRequestCase()) {
                case REQUEST_HEADERS, REQUEST_BODY, REQUEST_TRAILERS -> request.on(message);
                case RESPONSE_HEADERS, RESPONSE_BODY, RESPONSE_TRAILERS -> response.on(message);
                case REQUEST_NOT_SET -> LOG.atDebug().log("Envoy sent a message without content");
            }
        } catch (Throwable fault) {
            fail(fault);
        }
    }

    @Override
    public boolean resume(Supplier<Routing> step) {
        return runIfOpen(() -> request.routed(step.get()));
    }

    /// Runs a step that comes on another thread, unless the request has ended.
    ///
    /// @return whether it was run
    synchronized boolean runIfOpen(Runnable step) {
        if (over || envoy.isCancelled()) {
            return false;
        }
        try {
            step.run();
        } catch (Throwable fault) {
            fail(fault);
        }
        return true;
    }

    /// A fault must not leave the request without an end, nor without an answer: the proxy would send it on without
    /// a destination. What is left of a response that has begun cannot go on without the picker.
    private void fail(Throwable fault) {
        LOG.atError().setCause(fault).addKeyValue("pool", pool).log("Fault in request processing");
        String callback = "internal fault, see the picker's log";
        if (response.hasBegun()) {
            abort(Status.INTERNAL.withDescription(callback));
        } else {
            refuse(Outcome.INTERNAL, callback);
        }
    }

    /// Envoy has nothing more to say: the response is over, or nobody watches it.
    @Override
    public synchronized void onHalfClose() {
        end(response.outcome());
        close(Status.OK);
    }

    @Override
    public synchronized void onCancel() {
        end(response.outcomeWhenCut());
    }

    /// The call is closed. Where neither side has ended it, gRPC has, for a message that it could not read.
    @Override
    public synchronized void onComplete() {
        end(Outcome.INTERNAL);
    }

    Route route() {
        return route;
    }

    /// Where the request is: the route's pool, or the one that it was moved to.
    PoolId pool() {
        return pool;
    }

    Faults faults() {
        return faults;
    }

    long arrivedNanos() {
        return arrivedNanos;
    }

    @Nullable
    Placement placement() {
        return placement;
    }

    /// Has the response lose the token counts that the engine is about to be asked for in the client's stead.
    ///
    /// @return false where the response does not pass in a way that this can be done
    boolean hideUsage() {
        boolean can = response.canCut();
        if (can) {
            response.expectUsage();
        }
        return can;
    }

    /// The model's name as the client wrote it, for meters; empty until it is known.
    String model() {
        return model;
    }

    /// The form that the client expects errors in.
    ErrorFormat errors() {
        return errors;
    }

    void tellErrorsIn(ErrorFormat format) {
        errors = format;
    }

    void name(String requestedModel) {
        model = requestedModel;
    }

    void placed(Placement begun, long sinceNanos) {
        placement = begun;
        pool = begun.decision().pool();
        with.meters().placed(pool, with.ticker().nanos() - sinceNanos);
        begun.endedBy(retryAfter -> runIfOpen(() -> response.preempt(retryAfter)));
        Reroute reroute = begun.decision().reroute();
        if (reroute != null) {
            with.meters().moved(reroute.from(), pool, reroute.reason().label());
        }
        Stickiness session = begun.decision().session();
        if (session != null) {
            with.meters()
                    .sessions()
                    .placed(
                            pool,
                            session,
                            begun.sessionAttempt() == null
                                    ? null
                                    : begun.sessionAttempt().refused());
        }
    }

    void send(ProcessingResponse message) {
        if (over || envoy.isCancelled()) {
            return;
        }
        if (!answering) {
            answering = true;
            envoy.sendHeaders(new Metadata());
        }
        envoy.sendMessage(message);
    }

    /// Ends the request with an answer of the picker's own.
    void refuse(Outcome outcome, String message) {
        answer(outcome, Refusals.refuse(errors, outcome, message, null));
    }

    void refuse(Routing.Refused refused) {
        answer(refused.outcome(), Refusals.refuse(errors, refused.outcome(), refused.message(), refused.retryAfter()));
    }

    /// Ends the request with an answer that no server has a part in.
    void answer(Outcome outcome, ProcessingResponse immediate) {
        if (over) {
            return;
        }
        try {
            send(immediate);
        } finally {
            end(outcome);
        }
        close(Status.OK);
    }

    /// Ends the stream in a way that makes the proxy fail the request: an OK would let it go on half done.
    void abort(Status status) {
        if (over) {
            return;
        }
        end(Outcome.INTERNAL);
        close(status);
    }

    private void close(Status status) {
        if (!closed && !envoy.isCancelled()) {
            closed = true;
            envoy.close(status, new Metadata());
        }
    }

    /// The request is over; what comes later is not its business. A step that fails keeps no other from being done.
    void end(Outcome outcome) {
        if (over) {
            return;
        }
        long now = with.ticker().nanos();
        over = true;
        faults.survive(request::close);
        Placement ended = placement;
        if (ended != null) {
            faults.survive(() -> with.meters().left(pool));
            faults.survive(() -> ended.end(outcome == Outcome.COMPLETED, now));
            faults.survive(() -> count(ended, outcome));
        }
        faults.survive(() -> with.meters().ended(pool, model, outcome, now - arrivedNanos));
    }

    private void count(Placement ended, Outcome outcome) {
        TokenUsage usage = ended.usage();
        if (usage != null) {
            with.meters().used(pool, model, usage);
        }
        String share = ended.share();
        if (share != null) {
            with.meters().targets().ended(pool, model, share, outcome);
        }
    }
}
