package dev.sluice.picker.extproc;

import dev.sluice.picker.decision.Reroute;
import dev.sluice.picker.decision.Stickiness;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.extproc.message.Refusals;
import dev.sluice.picker.extproc.message.Route;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.memory.BodyBudget;
import dev.sluice.picker.payload.reply.ErrorFormat;
import dev.sluice.picker.prompt.TokenUsage;
import dev.sluice.picker.request.Outcome;
import dev.sluice.picker.routing.Resumption;
import dev.sluice.picker.routing.Routing;
import dev.sluice.picker.routing.placement.Placement;
import dev.sluice.picker.routing.target.SessionAttempt;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An ext_proc stream dispatches messages and ends its request once.
///
/// Messages go to the request's or the response's side. Whatever happens, the request ends under one name.
///
/// Messages come one after the other on an event loop; the body's deadline, the end of a wait, the client's departure
/// and preemption may come on another thread. The monitor of this object orders them; it belongs to one request and is
/// almost never contended.
final class Exchange extends ServerCall.Listener<ProcessingRequest> implements Resumption, BodyBudget.PausableReader {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final EnvoyCall envoy;
    private final Collaborators with;
    private final Faults faults;
    private final Route route;
    private final long arrivedNanos;
    private final RequestSide request;
    private final ResponseSide response;

    private ExchangeStage stage;
    /// Takes the request out of the gauge of requests in flight; nothing until it is placed.
    private Runnable uncountInFlight = Exchange::uncounted;
    /// Messages that have been asked for and have not come; the service asks for the first.
    private int awaited = 1;
    private String model = "";
    private ErrorFormat errors = ErrorFormat.TEXT;

    Exchange(
            ServerCall<ProcessingRequest, ProcessingResponse> envoy,
            Route route,
            Collaborators with,
            ExchangeSettings settings,
            Faults faults) {
        this.envoy = new EnvoyCall(envoy);
        this.with = with;
        this.faults = faults;
        this.route = route;
        this.stage = new ExchangeStage.Unplaced(route.pools().pool());
        this.arrivedNanos = with.ticker().nanos();
        this.request = new RequestSide(this, with, settings);
        this.response = new ResponseSide(this, with, settings.testHooks());
    }

    private static void uncounted() {}

    @Override
    public synchronized void onMessage(ProcessingRequest message) {
        awaited--;
        if (!hasEnded()) {
            handle(message);
        }
        readNext();
    }

    private void handle(ProcessingRequest message) {
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

    /// Asks for the next messages once half of those asked for have come. It waits for memory for a body, and
    /// until what Envoy was sent has left.
    private void readNext() {
        int ahead = request.readAhead();
        if (awaited <= ahead / 2 && ahead > 0 && (hasEnded() || envoy.isReady())) {
            envoy.read(ahead - awaited);
            awaited = ahead;
        }
    }

    /// There is memory for more of the body.
    @Override
    public synchronized void readOn() {
        readNext();
    }

    /// The messages to Envoy have left.
    @Override
    public synchronized void onReady() {
        request.sent();
        readNext();
    }

    @Override
    public boolean resume(Supplier<Routing> step) {
        return runIfOpen(() -> request.routed(step.get()));
    }

    /// Runs a step that comes on another thread, unless the request has ended.
    /// What it leaves to read is asked for.
    ///
    /// @return whether it was run
    synchronized boolean runIfOpen(Runnable step) {
        if (hasEnded() || !envoy.isOpen()) {
            return false;
        }
        try {
            step.run();
        } catch (Throwable fault) {
            fail(fault);
        }
        readNext();
        return true;
    }

    /// A fault must not leave the request without an end, nor without an answer: the proxy would send it on without
    /// a destination. What is left of a response that has begun cannot go on without the picker.
    private void fail(Throwable fault) {
        faults.inRequest(fault);
        String message = "internal fault, see the picker's log";
        if (response.hasBegun()) {
            abort(Status.INTERNAL.withDescription(message));
        } else {
            faults.survive(() -> refuse(Outcome.INTERNAL, message));
        }
    }

    /// Envoy sends nothing more: the response is over, or it passes without the picker.
    @Override
    public synchronized void onHalfClose() {
        end(response.outcome());
        envoy.close(Status.OK);
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

    /// The pool of the request: the route's pool, or the one that it was moved to.
    PoolId pool() {
        return stage.pool();
    }

    private boolean hasEnded() {
        return stage instanceof ExchangeStage.Ended;
    }

    /// The messages that were sent have left, but for little.
    boolean isSent() {
        return envoy.isReady();
    }

    Faults faults() {
        return faults;
    }

    long arrivedNanos() {
        return arrivedNanos;
    }

    /// Null unless the request is at an endpoint.
    @Nullable
    Placement placement() {
        return stage instanceof ExchangeStage.AtEndpoint(Placement placement) ? placement : null;
    }

    /// Has the response lose the token counts that the engine is about to be asked for in the client's stead.
    ///
    /// @return false where the response does not pass in a way that this can be done
    boolean hideUsage() {
        return response.hideUsage();
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

    /// The request has got its endpoint.
    ///
    /// @param readyNanos when all was there that this needed
    void placed(Placement placement, long readyNanos) {
        stage = new ExchangeStage.AtEndpoint(placement);
        uncountInFlight = with.meters().placed(pool(), with.ticker().nanos() - readyNanos);
        placement.onPreempted(retryAfter -> runIfOpen(() -> response.preempt(retryAfter)));
        Reroute reroute = placement.decision().reroute();
        if (reroute != null) {
            with.meters().moved(reroute.from(), pool(), reroute.reason().label());
        }
        Stickiness session = placement.decision().session();
        if (session != null) {
            SessionAttempt attempt = placement.sessionAttempt();
            with.meters().sessions().placed(pool(), session, attempt == null ? null : attempt.refused());
        }
    }

    void send(ProcessingResponse message) {
        if (!hasEnded()) {
            envoy.send(message);
        }
    }

    /// Ends the request with an error reply of the picker's own.
    void refuse(Outcome outcome, String message) {
        reply(outcome, Refusals.refuse(errors, outcome, message, null));
    }

    void refuse(Routing.Refused refused) {
        reply(refused.outcome(), Refusals.refuse(errors, refused.outcome(), refused.message(), refused.retryAfter()));
    }

    /// Ends the request with a reply that no server has a part in.
    void reply(Outcome outcome, ProcessingResponse immediate) {
        if (hasEnded()) {
            return;
        }
        Status status = Status.INTERNAL;
        try {
            envoy.send(immediate);
            status = Status.OK;
        } finally {
            end(outcome);
            envoy.close(status);
        }
    }

    /// Ends the stream in a way that makes the proxy fail the request: an OK would let it go on half done.
    void abort(Status status) {
        if (hasEnded()) {
            return;
        }
        end(Outcome.INTERNAL);
        envoy.close(status);
    }

    /// The request has ended: what it holds is released first. A step that fails keeps no other from being taken.
    void end(Outcome outcome) {
        ExchangeStage before = stage;
        if (before instanceof ExchangeStage.Ended) {
            return;
        }
        PoolId pool = before.pool();
        stage = new ExchangeStage.Ended(pool);
        long now = faults.or(arrivedNanos, with.ticker()::nanos);
        if (before instanceof ExchangeStage.AtEndpoint(Placement placement)) {
            faults.survive(() -> placement.end(outcome == Outcome.COMPLETED, now));
            faults.survive(uncountInFlight);
            faults.survive(() -> count(placement, outcome));
        }
        faults.survive(request::close);
        faults.survive(() -> with.meters().ended(pool, model, outcome, now - arrivedNanos));
    }

    private void count(Placement ended, Outcome outcome) {
        TokenUsage usage = ended.usage();
        if (usage != null) {
            with.meters().used(pool(), model, usage);
        }
        String share = ended.share();
        if (share != null) {
            with.meters().targets().ended(pool(), model, share, outcome);
        }
    }
}
