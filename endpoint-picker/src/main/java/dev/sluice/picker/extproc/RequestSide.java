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
import dev.sluice.picker.payload.BodySplice;
import dev.sluice.picker.payload.RequestScan;
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
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The request's half of an exchange: from its headers to the message that tells Envoy where it goes.
///
/// ```
/// AwaitingHeaders ─► Reading ─► Forwarded      the body is read, priced and sent on as it was
///        │              └► Tokenizing ─► Forwarded      the same, once its prompt has become tokens
///        └────────────────────► Forwarded      placed by load alone; body messages pass
/// ```
/// Where others go first, `Waiting` comes before `Forwarded`. A refusal ends the whole exchange from any state.
final class RequestSide {
    /// Where the request stands.
    private sealed interface State {
        /// Nothing came yet.
        record AwaitingHeaders() implements State {}

        /// The body is coming in and is scanned as it comes.
        record Reading(RequestHead head, BodySendMode mode, Body body) implements State {}

        /// The whole body is here, and its prompt is becoming tokens on other threads.
        record Tokenizing() implements State {}

        /// It is not its turn yet. Of a body that is not read Envoy sends nothing before it is.
        record Waiting(Routing.Waiting turn) implements State {}

        /// Envoy knows where it goes.
        record Forwarded(BodySendMode mode) implements State {}
    }

    /// What has come of a body.
    private static final class Body {
        final RequestScan scan;
        final List<ByteString> chunks = new ArrayList<>();
        long bytes;

        Body(RequestScan scan) {
            this.scan = scan;
        }

        /// A body that cannot become valid is no longer kept, but read to its end: a client that is still sending
        /// would see a broken connection where it should see what was wrong.
        void add(ByteString chunk) {
            bytes += chunk.size();
            if (scan.accept(chunk)) {
                chunks.add(chunk);
            } else {
                chunks.clear();
            }
        }
    }

    /// A request whose whole body is here.
    private record Complete(
            State.Reading read, ScannedRequest scanned, InferenceRequest request, boolean trailers, long atNanos) {}

    private final Exchange exchange;
    private final Collaborators with;
    private final ExchangeSettings settings;

    private State state = new State.AwaitingHeaders();
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
            case State.AwaitingHeaders _ when message.hasRequestHeaders() -> onHeaders(message);
            case State.Reading reading when message.hasRequestBody() -> onBody(reading, message.getRequestBody());
            case State.Reading reading when message.hasRequestTrailers() -> complete(reading, true);
            case State.Forwarded forwarded when message.hasRequestBody() -> pass(forwarded, message.getRequestBody());
            case State.Forwarded _ when message.hasRequestTrailers() -> exchange.send(Replies.requestTrailers());
            case State.AwaitingHeaders _, State.Reading _, State.Tokenizing _, State.Waiting _, State.Forwarded _ ->
                exchange.abort(Status.FAILED_PRECONDITION.withDescription(message.getRequestCase() + " out of order"));
        }
    }

    private void onHeaders(ProcessingRequest message) {
        HttpHeaders headers = message.getRequestHeaders();
        RequestHead head = RequestHead.read(headers.getHeaders());
        if (head.api() == null && answered(headers.getHeaders(), head.path())) {
            return;
        }
        EndpointSubset chosen = settings.testHooks() ? ConformanceHooks.selection(headers.getHeaders()) : null;
        subset = chosen == null ? subset : chosen;
        BodySendMode mode = bodyMode(message);
        boolean priceable = mode == BodySendMode.FULL_DUPLEX_STREAMED || mode == BodySendMode.BUFFERED;
        if (headers.getEndOfStream() || !priceable || !head.readable() || head.api() == null) {
            with.meters().unpriced(exchange.pool(), unpricedReason(headers, priceable));
            forwardUnread(head, mode);
        } else if (head.contentLength() > settings.maxBodyBytes()) {
            refuseTooLarge();
        } else {
            state = new State.Reading(head, mode, new Body(new RequestScan(head.api())));
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

    /// Proxies that do not say how they send bodies are taken to send them as the protocol's reference does.
    private static BodySendMode bodyMode(ProcessingRequest message) {
        return message.hasProtocolConfig()
                ? message.getProtocolConfig().getRequestBodyMode()
                : BodySendMode.FULL_DUPLEX_STREAMED;
    }

    private static String unpricedReason(HttpHeaders headers, boolean priceable) {
        if (headers.getEndOfStream()) {
            return "no_body";
        }
        return priceable ? "api" : "body_mode";
    }

    private void onBody(State.Reading reading, HttpBody chunk) {
        reading.body().add(chunk.getBody());
        if (reading.body().bytes > settings.maxBodyBytes()) {
            refuseTooLarge();
        } else if (chunk.getEndOfStream()) {
            complete(reading, false);
        }
    }

    /// The whole body is here: understand it, find it a place, and send it on.
    private void complete(State.Reading reading, boolean trailers) {
        long completeNanos = with.ticker().nanos();
        close();
        switch (reading.body().scan.finish()) {
            case ScanResult.Malformed(String message, long offset) ->
                exchange.refuse(
                        Outcome.BAD_REQUEST,
                        "error unmarshaling request bodyMap: " + message + " (at byte " + offset + ")");
            case ScanResult.Parsed(ScannedRequest scanned) -> {
                ModelName model = scanned.model() == null ? unnamed(reading.head()) : scanned.model();
                if (model == null) {
                    exchange.refuse(Outcome.BAD_REQUEST, "model not found in request body");
                    return;
                }
                exchange.name(model.value());
                Work work = new Work.Prompted(
                        model, scanned.prompt(), scanned.cacheSalt(), scanned.maxTokens(), scanned.stream());
                Complete complete = new Complete(
                        reading, scanned, request(reading.head(), work, reading.body().bytes), trailers, completeNanos);
                Router.Tokenizing tokenizing = with.router().tokenizing(complete.request());
                if (tokenizing == null) {
                    placeAndForward(complete, null);
                } else {
                    tokenize(tokenizing, complete);
                }
            }
        }
    }

    /// The model that the pool's rewrites give to requests without one.
    private @Nullable ModelName unnamed(RequestHead head) {
        return with.router().unnamed(exchange.route().pool(), head.id(), exchange.arrivedNanos());
    }

    /// The event loop goes on with other requests until the tokens are there, or are not in time.
    private void tokenize(Router.Tokenizing tokenizing, Complete complete) {
        state = new State.Tokenizing();
        List<ByteString> chunks = List.copyOf(complete.read().body().chunks);
        Api api = Objects.requireNonNull(complete.read().head().api());
        with.tokenization()
                .begin(
                        tokenizing.how(),
                        new Tokenization.Prompt(
                                tokenizing.pool(),
                                api,
                                () -> ByteString.copyFrom(chunks).newInput()),
                        tokens -> exchange.whileOpen(() -> placeAndForward(complete, tokens)));
    }

    private void placeAndForward(Complete complete, @Nullable PromptTokens tokens) {
        place(
                complete.request(),
                tokens,
                complete.atNanos(),
                placement -> forward(complete.read(), complete.scanned(), placement, complete.trailers()));
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
                head.claim().withBytes(bytes));
    }

    /// Goes on once the request has a place, which may be when others that go first have theirs.
    private void place(
            InferenceRequest request, @Nullable PromptTokens tokens, long sinceNanos, Consumer<Placement> next) {
        Routing routing = with.router()
                .arrive(
                        request,
                        tokens,
                        turn -> exchange.whileOpen(
                                () -> goOn(turn.get(), with.ticker().nanos(), next)));
        goOn(routing, sinceNanos, next);
    }

    private void goOn(Routing routing, long sinceNanos, Consumer<Placement> next) {
        switch (routing) {
            case Routing.Waiting turn -> state = new State.Waiting(turn);
            case Routing.Refused refused -> {
                if (refused.outcome() == Outcome.UNKNOWN_MODEL) {
                    // The client's invention: as a label it would push real names out of the bounded set.
                    exchange.name("");
                }
                exchange.refuse(refused);
            }
            case Routing.Placed(Placement placement) -> {
                exchange.placed(placement, sinceNanos);
                next.accept(placement);
            }
        }
    }

    private void forward(State.Reading reading, ScannedRequest scanned, Placement placement, boolean trailers) {
        Deque<ByteString> body = takeBody(reading, scanned, placement.target());
        if (reading.mode() == BodySendMode.BUFFERED) {
            exchange.send(Replies.destinationInBody(placement, settings, reading.head(), ByteString.copyFrom(body)));
        } else {
            long length = body.stream().mapToLong(ByteString::size).sum();
            exchange.send(Replies.destinationInHeaders(placement, settings, reading.head(), length));
            Replies.streamRequestBody(body, !trailers, exchange::send);
        }
        state = new State.Forwarded(reading.mode());
        if (trailers) {
            exchange.send(Replies.requestTrailers());
        }
    }

    /// The body as it goes on. It is the only one that holds the chunks from here on, so that each can go as soon as
    /// it is sent.
    private Deque<ByteString> takeBody(State.Reading reading, ScannedRequest scanned, @Nullable Target target) {
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
        if (!scanned.stream() || !scanned.usage().canAsk() || !isOfOpenAi(head.api())) {
            return false;
        }
        PoolSnapshot pool = with.pools().find(exchange.pool());
        return pool != null && pool.settings().requestUsage();
    }

    /// Whether the API's streams end with token counts only where `stream_options` asks for them.
    private static boolean isOfOpenAi(@Nullable Api api) {
        return api == Api.CHAT_COMPLETIONS || api == Api.COMPLETIONS;
    }

    private void forwardUnread(RequestHead head, BodySendMode mode) {
        place(request(head, new Work.Opaque(), 0), null, with.ticker().nanos(), placement -> {
            exchange.send(Replies.destinationInHeaders(placement, settings, head, -1));
            state = new State.Forwarded(mode);
        });
    }

    private void pass(State.Forwarded forwarded, HttpBody chunk) {
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
            if (state instanceof State.Reading) {
                exchange.refuse(
                        Outcome.BODY_TIMEOUT,
                        "the request body did not arrive within "
                                + settings.bodyTimeout().toSeconds() + " s");
            }
        }
    }

    /// No more body is awaited, and no turn.
    void close() {
        if (state instanceof State.Waiting(Routing.Waiting turn)) {
            turn.giveBack();
        }
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }
}
