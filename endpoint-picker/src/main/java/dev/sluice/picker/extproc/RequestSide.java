package dev.sluice.picker.extproc;

import com.google.protobuf.ByteString;
import dev.sluice.picker.model.Api;
import dev.sluice.picker.model.EndpointSubset;
import dev.sluice.picker.model.InferenceRequest;
import dev.sluice.picker.model.ModelListing;
import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.Outcome;
import dev.sluice.picker.model.PromptTokens;
import dev.sluice.picker.model.Target;
import dev.sluice.picker.model.Timer;
import dev.sluice.picker.model.Tokenization;
import dev.sluice.picker.model.Work;
import dev.sluice.picker.payload.BodyScan;
import dev.sluice.picker.payload.BodySplice;
import dev.sluice.picker.payload.ErrorFormat;
import dev.sluice.picker.payload.ScanResult;
import dev.sluice.picker.payload.ScannedRequest;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.routing.Placement;
import dev.sluice.picker.routing.Router;
import dev.sluice.picker.routing.Routing;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The request's half of an exchange: from its headers to the message that tells Envoy where it goes.
///
/// ```
/// AwaitingHeaders ─► ReadingBody ─► Forwarded      the body is read, priced and sent on as it was
///        │              └► Tokenizing ─► Forwarded      the same, once its prompt has become tokens
///        └────────────────────► Forwarded      placed by load alone; body messages pass
/// ```
/// Where others go first, `Waiting` comes before `Forwarded`: of a body that is not read, what comes meanwhile is
/// held, because Envoy sends bodies on without waiting for an answer to the headers. A refusal ends the whole
/// exchange from any state.
final class RequestSide {
    /// Where the request stands.
    private sealed interface RequestState {
        /// Nothing came yet.
        record AwaitingHeaders() implements RequestState {}

        /// The body is coming in and is scanned as it comes.
        record ReadingBody(RequestHead head, BodySendMode mode, ReadBody body) implements RequestState {}

        /// The whole body is here, and its prompt is becoming tokens on other threads.
        record Tokenizing() implements RequestState {}

        /// It is not its turn yet.
        record Waiting(Routing.Queued turn, Forwardable request) implements RequestState {}

        /// Envoy knows where it goes.
        record Forwarded(BodySendMode mode) implements RequestState {}
    }

    /// A request that goes on once it has a place.
    private sealed interface Forwardable {
        /// Its whole body is here, and was read.
        record Complete(
                RequestState.ReadingBody read,
                ScannedRequest scanned,
                InferenceRequest request,
                boolean trailers,
                long atNanos)
                implements Forwardable {}

        /// Its body is not read, and may be on its way.
        record Unread(RequestHead head, BodySendMode mode, HeldBody body) implements Forwardable {}
    }

    private final Exchange exchange;
    private final Collaborators with;
    private final ExchangeSettings settings;

    private RequestState state = new RequestState.AwaitingHeaders();
    private EndpointSubset subset = EndpointSubset.ANY;
    private Timer.@Nullable Pending deadline;

    RequestSide(Exchange exchange, Collaborators with, ExchangeSettings settings) {
        this.exchange = exchange;
        this.with = with;
        this.settings = settings;
    }

    void on(ProcessingRequest message) {
        if (message.hasMetadataContext()) {
            EndpointSubset hint = EndpointMetadata.subset(message.getMetadataContext());
            subset = hint == null ? subset : hint;
        }
        switch (state) {
            case RequestState.AwaitingHeaders _ when message.hasRequestHeaders() -> onHeaders(message);
            case RequestState.ReadingBody reading
            when message.hasRequestBody() -> onBody(reading, message.getRequestBody());
            case RequestState.ReadingBody reading when message.hasRequestTrailers() -> complete(reading, true);
            case RequestState.Waiting(Routing.Queued turn, Forwardable.Unread unread)
            when message.hasRequestBody() -> hold(turn, unread.body(), message.getRequestBody());
            case RequestState.Waiting(Routing.Queued _, Forwardable.Unread unread)
            when message.hasRequestTrailers() -> unread.body().addTrailers();
            case RequestState.Forwarded forwarded
            when message.hasRequestBody() -> pass(forwarded, message.getRequestBody());
            case RequestState.Forwarded _ when message.hasRequestTrailers() -> exchange.send(Replies.requestTrailers());
            case RequestState.AwaitingHeaders _,
                    RequestState.ReadingBody _,
                    RequestState.Tokenizing _,
                    RequestState.Waiting _,
                    RequestState.Forwarded _ ->
                exchange.abort(Status.FAILED_PRECONDITION.withDescription(message.getRequestCase() + " out of order"));
        }
    }

    private void onHeaders(ProcessingRequest message) {
        HttpHeaders headers = message.getRequestHeaders();
        RequestHead head =
                RequestHead.read(headers.getHeaders(), exchange.route().rewrite());
        exchange.tellErrorsIn(ErrorFormat.of(head.path()));
        if (head.api() == null && answered(headers.getHeaders(), head.path())) {
            return;
        }
        EndpointSubset chosen = settings.testHooks() ? ConformanceHooks.selection(headers.getHeaders()) : null;
        subset = chosen == null ? subset : chosen;
        BodySendMode mode = ReadBody.mode(message);
        boolean priceable = mode == BodySendMode.FULL_DUPLEX_STREAMED || mode == BodySendMode.BUFFERED;
        BodyScan scan = priceable && !headers.getEndOfStream()
                ? head.scan(with.router()
                        .namesMatter(exchange.route().pool(), exchange.route().movable(), head.attributes()))
                : null;
        if (scan == null) {
            with.meters().unpriced(exchange.pool(), unpricedReason(headers, priceable));
            placeUnread(head, mode, headers.getEndOfStream() ? 0 : head.contentLength());
        } else if (head.contentLength() > settings.maxBodyBytes()) {
            refuseTooLarge();
        } else {
            state = new RequestState.ReadingBody(head, mode, new ReadBody(scan));
            deadline = with.timer().after(settings.bodyTimeout(), this::onDeadline);
            if (mode == BodySendMode.BUFFERED) {
                exchange.send(Replies.requestHeadersUnchanged());
            }
        }
    }

    /// A question for the models is the picker's to answer, unless the route passes every name through.
    private boolean answered(HeaderMap headers, String path) {
        ModelQuery query = ModelQuery.of(headers, path);
        if (query == null) {
            return false;
        }
        List<ModelListing> published =
                with.router().models(exchange.route().pool(), exchange.route().movable());
        if (published.isEmpty()) {
            return false;
        }
        ModelQuery.Answer answer = query.answer(published);
        exchange.answer(answer.outcome(), Refusals.json(answer.outcome(), answer.body()));
        return true;
    }

    private static String unpricedReason(HttpHeaders headers, boolean priceable) {
        if (headers.getEndOfStream()) {
            return "no_body";
        }
        return priceable ? "api" : "body_mode";
    }

    private void onBody(RequestState.ReadingBody reading, HttpBody chunk) {
        reading.body().add(chunk.getBody());
        if (reading.body().bytes > settings.maxBodyBytes()) {
            refuseTooLarge();
        } else if (chunk.getEndOfStream()) {
            complete(reading, false);
        }
    }

    /// The whole body is here: understand it, find it a place, and send it on.
    private void complete(RequestState.ReadingBody reading, boolean trailers) {
        long completeNanos = with.ticker().nanos();
        close();
        switch (reading.body().scan.finish()) {
            case ScanResult.Malformed(String message, long offset) ->
                exchange.refuse(
                        Outcome.BAD_REQUEST,
                        "error unmarshaling request bodyMap: " + message + " (at byte " + offset + ")");
            case ScanResult.Parsed(ScannedRequest scanned) -> {
                Api api = Objects.requireNonNull(reading.head().api());
                ModelName model = scanned.hasNoName()
                        ? with.router()
                                .unnamed(exchange.route().pool(), reading.head().id(), exchange.arrivedNanos())
                        : scanned.model();
                if (model == null && api.requiresModel()) {
                    exchange.refuse(Outcome.BAD_REQUEST, "model not found in request body");
                    return;
                }
                exchange.name(model == null ? "" : model.value());
                Work work = scanned.work(api, model);
                if (work instanceof Work.Opaque) {
                    with.meters().unpriced(exchange.pool(), "api");
                }
                Forwardable.Complete complete = new Forwardable.Complete(
                        reading, scanned, request(reading.head(), work, reading.body().bytes), trailers, completeNanos);
                Router.PromptTokenization tokenizing = with.router().tokenizing(complete.request());
                if (tokenizing == null) {
                    place(complete, null);
                } else {
                    tokenize(tokenizing, complete);
                }
            }
        }
    }

    /// The event loop goes on with other requests until the tokens are there, or are not in time.
    private void tokenize(Router.PromptTokenization tokenizing, Forwardable.Complete complete) {
        state = new RequestState.Tokenizing();
        List<ByteString> chunks = List.copyOf(complete.read().body().chunks);
        Api api = Objects.requireNonNull(complete.read().head().api());
        with.tokenization()
                .begin(
                        tokenizing.how(),
                        new Tokenization.TokenizablePrompt(
                                tokenizing.pool(),
                                api,
                                () -> ByteString.copyFrom(chunks).newInput()),
                        tokens -> exchange.runIfOpen(() -> place(complete, tokens)));
    }

    private void place(Forwardable.Complete complete, @Nullable PromptTokens tokens) {
        resume(arrive(complete.request(), tokens, complete), complete.atNanos(), complete);
    }

    private void placeUnread(RequestHead head, BodySendMode mode, long declaredBytes) {
        // A byte more than may be held is too much already, whatever a client declares.
        HeldBody body = new HeldBody(mode, Math.clamp(declaredBytes, 0, settings.maxBodyBytes() + 1));
        long now = with.ticker().nanos();
        InferenceRequest request = request(head, new Work.Opaque(), body.bytes());
        Forwardable.Unread unread = new Forwardable.Unread(head, mode, body);
        resume(arrive(request, null, unread), now, unread);
    }

    private InferenceRequest request(RequestHead head, Work work, long bytes) {
        Route route = exchange.route();
        return new InferenceRequest(
                head.id(),
                route.pool(),
                route.movable(),
                work,
                subset,
                exchange.arrivedNanos(),
                head,
                head.attributes().withBytes(bytes));
    }

    /// Asks for a place, which the request may get when others that go first have theirs.
    private Routing arrive(InferenceRequest request, @Nullable PromptTokens tokens, Forwardable next) {
        return with.router()
                .arrive(
                        request,
                        tokens,
                        turn -> exchange.runIfOpen(() -> {
                            long turnNanos = with.ticker().nanos();
                            resume(turn.get(), turnNanos, next);
                        }));
    }

    /// @param sinceNanos when there was all that the decision needs: the request itself, and its turn
    private void resume(Routing routing, long sinceNanos, Forwardable next) {
        switch (routing) {
            case Routing.Queued turn -> await(turn, next);
            case Routing.Refused refused -> {
                if (refused.outcome() == Outcome.UNKNOWN_MODEL) {
                    // The client's invention: as a label it would push real names out of the bounded set.
                    exchange.name("");
                }
                exchange.refuse(refused);
            }
            case Routing.Placed(Placement placement) -> {
                exchange.placed(placement, sinceNanos);
                switch (next) {
                    case Forwardable.Complete complete -> forward(complete, placement);
                    case Forwardable.Unread unread -> forward(unread, placement);
                }
            }
        }
    }

    private void await(Routing.Queued turn, Forwardable next) {
        state = new RequestState.Waiting(turn, next);
        if (next instanceof Forwardable.Unread unread) {
            turn.hold(unread.body().bytes(), settings.maxBodyBytes());
        }
    }

    private void hold(Routing.Queued turn, HeldBody body, HttpBody chunk) {
        body.add(chunk);
        turn.hold(body.bytes(), settings.maxBodyBytes());
    }

    private void forward(Forwardable.Complete complete, Placement placement) {
        RequestState.ReadingBody reading = complete.read();
        boolean trailers = complete.trailers();
        Deque<ByteString> body = takeBody(reading, complete.scanned(), placement.target());
        if (reading.mode() == BodySendMode.BUFFERED) {
            exchange.send(Replies.destinationInBody(placement, settings, reading.head(), ByteString.copyFrom(body)));
        } else {
            long length = body.stream().mapToLong(ByteString::size).sum();
            exchange.send(Replies.destinationInHeaders(placement, settings, reading.head(), length));
            Replies.streamRequestBody(body, !trailers, exchange::send);
        }
        state = new RequestState.Forwarded(reading.mode());
        if (trailers) {
            exchange.send(Replies.requestTrailers());
        }
    }

    /// The body as it goes on. It is the only one that holds the chunks from here on, so that each can go as soon as
    /// it is sent.
    private Deque<ByteString> takeBody(
            RequestState.ReadingBody reading, ScannedRequest scanned, @Nullable Target target) {
        List<ByteString> chunks = reading.body().chunks;
        if (target == null) {
            return take(chunks, chunks);
        }
        ModelName served = target.renames() || scanned.model() == null ? target.served() : null;
        boolean askUsage = asksUsage(reading.head(), scanned) && exchange.hideUsage();
        return take(BodySplice.apply(chunks, scanned, served, askUsage), chunks);
    }

    private static Deque<ByteString> take(List<ByteString> spliced, List<ByteString> chunks) {
        Deque<ByteString> taken = new ArrayDeque<>(spliced);
        chunks.clear();
        return taken;
    }

    /// Whether the pool wants token counts that the client does not ask for.
    private boolean asksUsage(RequestHead head, ScannedRequest scanned) {
        if (!scanned.stream()
                || !scanned.usage().canAsk()
                || head.api() == null
                || !head.api().hasStreamOptions()) {
            return false;
        }
        PoolSnapshot pool = with.pools().find(exchange.pool());
        return pool != null && pool.settings().requestUsage();
    }

    private void forward(Forwardable.Unread unread, Placement placement) {
        RequestState.Forwarded forwarded = new RequestState.Forwarded(unread.mode());
        state = forwarded;
        exchange.send(Replies.destinationInHeaders(placement, settings, unread.head(), -1));
        unread.body().drain(chunk -> pass(forwarded, chunk));
        if (unread.body().hasTrailers()) {
            exchange.send(Replies.requestTrailers());
        }
    }

    private void pass(RequestState.Forwarded forwarded, HttpBody chunk) {
        if (forwarded.mode() == BodySendMode.FULL_DUPLEX_STREAMED) {
            Replies.streamRequestBody(
                    new ArrayDeque<>(List.of(chunk.getBody())), chunk.getEndOfStream(), exchange::send);
        } else {
            exchange.send(Replies.requestBodyUnchanged());
        }
    }

    private void refuseTooLarge() {
        exchange.refuse(
                Outcome.BODY_TOO_LARGE, "the request body is longer than " + settings.maxBodyBytes() + " bytes");
    }

    private void onDeadline() {
        synchronized (exchange) {
            if (state instanceof RequestState.ReadingBody) {
                exchange.refuse(
                        Outcome.BODY_TIMEOUT,
                        "the request body did not arrive within "
                                + settings.bodyTimeout().toSeconds() + " s");
            }
        }
    }

    /// No more body is awaited, and no turn.
    void close() {
        if (state instanceof RequestState.Waiting(Routing.Queued turn, Forwardable _)) {
            turn.cancel();
        }
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }
}
