package dev.sluice.picker.extproc;

import com.google.protobuf.ByteString;
import dev.sluice.picker.extproc.message.Replies;
import dev.sluice.picker.extproc.message.RequestHead;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.memory.BodyReservation;
import dev.sluice.picker.payload.request.BodyScan;
import dev.sluice.picker.payload.request.ScanResult;
import dev.sluice.picker.payload.request.ScannedRequest;
import dev.sluice.picker.prompt.Api;
import dev.sluice.picker.prompt.Tokenization;
import dev.sluice.picker.prompt.Work;
import dev.sluice.picker.request.Outcome;
import dev.sluice.picker.routing.PendingRequest;
import dev.sluice.picker.routing.PromptBody;
import dev.sluice.picker.time.Timer;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The request's body is coming in, and is scanned as it comes.
final class ReadingBody implements RequestState, PromptBody {
    private final RequestSide side;
    private final RequestHead head;
    private final Api api;
    private final BodySendMode mode;
    private final BodyBuffer body;
    private final BodyReservation memory;
    private final Timer.Pending deadline;
    private Timer.@Nullable Pending pause;

    ReadingBody(RequestSide side, RequestHead head, BodySendMode mode, BodyScan scan) {
        this.side = side;
        this.head = head;
        this.api = Objects.requireNonNull(head.api());
        this.mode = mode;
        this.body = new BodyBuffer(scan);
        this.memory = side.memory(head.content().length());
        this.deadline = side.with()
                .timer()
                .after(side.settings().bodyTimeout(), () -> side.exchange().runIfOpen(() -> side.expire()));
    }

    @Override
    public RequestSide side() {
        return side;
    }

    RequestHead head() {
        return head;
    }

    Api api() {
        return api;
    }

    BodySendMode mode() {
        return mode;
    }

    /// The body's chunks, as they came.
    List<ByteString> chunks() {
        return body.chunks;
    }

    @Override
    public void begin() {
        if (mode == BodySendMode.BUFFERED) {
            side.exchange().send(Replies.requestHeadersUnchanged());
        }
        proceed(memory.begin(mode == BodySendMode.BUFFERED));
    }

    @Override
    public void leave() {
        deadline.cancel();
        endPause();
    }

    @Override
    public boolean mayRead() {
        return !memory.isWaiting();
    }

    private void endPause() {
        if (pause != null) {
            pause.cancel();
            pause = null;
        }
    }

    /// Goes on as there is memory for it.
    private void proceed(BodyReservation.Grant grant) {
        switch (grant) {
            case GRANTED -> {}
            case WAITING -> {
                Exchange exchange = side.exchange();
                pause = side.with()
                        .timer()
                        .after(side.settings().longestPause(), () -> exchange.runIfOpen(side::expirePause));
            }
            case REFUSED -> side.refuseForMemory();
        }
    }

    @Override
    public void body(HttpBody chunk) {
        endPause();
        body.add(chunk.getBody());
        int bytes = chunk.getBody().size();
        if (body.bytes > side.settings().maxBodyBytes()) {
            side.refuseTooLarge();
        } else if (!chunk.getEndOfStream()) {
            proceed(memory.add(bytes));
        } else if (memory.finish(bytes) == BodyReservation.Grant.REFUSED) {
            side.refuseForMemory();
        } else {
            complete(false);
        }
    }

    @Override
    public void trailers() {
        var _ = memory.finish(0);
        complete(true);
    }

    /// The whole body is here.
    private void complete(boolean trailers) {
        long now = side.with().ticker().nanos();
        switch (body.scan.finish()) {
            case ScanResult.Malformed(String message, long offset) ->
                side.exchange()
                        .refuse(
                                Outcome.BAD_REQUEST,
                                "error unmarshaling request bodyMap: " + message + " (at byte " + offset + ")");
            case ScanResult.Parsed(ScannedRequest scanned) -> {
                ModelName model = scanned.hasNoName() ? unnamed() : scanned.model();
                if (model == null && api.requiresModel()) {
                    side.exchange().refuse(Outcome.BAD_REQUEST, "model not found in request body");
                } else {
                    route(model, scanned, trailers, now);
                }
            }
        }
    }

    /// The model that the pool's rewrites give to requests without one.
    private @Nullable ModelName unnamed() {
        Exchange exchange = side.exchange();
        return side.with().router().unnamed(exchange.route().pools().pool(), head.id(), exchange.arrivedNanos());
    }

    private void route(@Nullable ModelName model, ScannedRequest scanned, boolean trailers, long nowNanos) {
        side.exchange().name(model == null ? "" : model.value());
        Work work = scanned.work(api, model);
        if (work instanceof Work.Opaque) {
            side.with().meters().unpriced(side.exchange().pool(), "api");
        }
        PendingRequest request = side.request(head, work, body.bytes, this, nowNanos);
        side.enter(new RoutingByBody(this, scanned, trailers, request));
    }

    /// The chunks are copied, for the request may go on before the tokenizer has read them.
    @Override
    public Tokenization.TokenizablePrompt tokenizable(PoolId pool) {
        List<ByteString> chunks = List.copyOf(body.chunks);
        return new Tokenization.TokenizablePrompt(
                pool, api, body.bytes, () -> ByteString.copyFrom(chunks).newInput());
    }
}
