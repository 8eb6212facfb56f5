package dev.sluice.picker.extproc;

import com.google.protobuf.ByteString;
import dev.sluice.picker.model.Objectives;
import dev.sluice.picker.model.Outcome;
import dev.sluice.picker.model.Target;
import dev.sluice.picker.model.TokenUsage;
import dev.sluice.picker.payload.AnswerEdits;
import dev.sluice.picker.payload.Generated;
import dev.sluice.picker.payload.ModelRename;
import dev.sluice.picker.payload.ResponseScan;
import dev.sluice.picker.payload.UsageCut;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.routing.Placement;
import dev.sluice.picker.routing.SessionAttempt;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The response's half of an exchange: lets every chunk pass at once and learns what it can from it.
///
/// A fault in here never breaks a healthy generation: the chunk goes on unchanged, and a meter counts it.
final class ResponseSide {
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int FIRST_ERROR_STATUS = 400;

    private final Exchange exchange;
    private final Collaborators with;
    private final boolean testHooks;

    private BodySendMode mode = BodySendMode.FULL_DUPLEX_STREAMED;
    /// Whether a stream ends with token counts that the client did not ask for.
    private boolean unaskedUsage;
    private boolean sawHeaders;
    private boolean sawBody;
    private boolean finished;
    private boolean failed;
    private boolean sawFirstToken;
    private long firstTokenNanos;
    /// Whether the body is a stream of events that can be read and added to.
    private boolean events;
    private boolean inEvent;
    /// What Envoy has not been answered to them.
    private @Nullable ProcessingResponse headers;
    private @Nullable ResponseScan scan;
    private @Nullable AnswerEdits edits;

    ResponseSide(Exchange exchange, Collaborators with, boolean testHooks) {
        this.exchange = exchange;
        this.with = with;
        this.testHooks = testHooks;
    }

    /// The first message of a stream says how the response's body will come.
    void announce(BodySendMode announced) {
        mode = announced;
    }

    /// Whether whole bodies pass, so that something can be taken out of them.
    boolean canCut() {
        return mode == BodySendMode.FULL_DUPLEX_STREAMED;
    }

    /// The engine was asked for token counts in the client's stead.
    void expectUsage() {
        unaskedUsage = true;
    }

    boolean hasBegun() {
        return sawHeaders;
    }

    /// How the request ends if nothing more comes.
    Outcome outcome() {
        if (!sawHeaders) {
            return Outcome.CANCELLED;
        }
        if (failed) {
            return Outcome.ENGINE_ERROR;
        }
        if (scan != null && scan.sawError()) {
            return Outcome.ENGINE_ERROR_IN_STREAM;
        }
        return bodyBroken() ? Outcome.CANCELLED : Outcome.COMPLETED;
    }

    /// How the request ends when the stream is cut off. Where bodies do not pass, that is how Envoy ends a stream
    /// once the response is over.
    Outcome outcomeWhenCut() {
        return mode == BodySendMode.FULL_DUPLEX_STREAMED ? Outcome.CANCELLED : outcome();
    }

    /// Of a body that passes whole, the end comes too, unless the client or the engine went away.
    private boolean bodyBroken() {
        return mode == BodySendMode.FULL_DUPLEX_STREAMED && sawBody && !finished;
    }

    void on(ProcessingRequest message) {
        switch (message.getRequestCase()) {
            case RESPONSE_HEADERS -> onHeaders(message);
            case RESPONSE_BODY -> onBody(message.getResponseBody());
            default -> onTrailers();
        }
    }

    private void onHeaders(ProcessingRequest message) {
        sawHeaders = true;
        boolean changesLength = false;
        SessionAttempt.IssuedToken grant = null;
        try {
            changesLength = observeHeaders(message);
            Placement placement = exchange.placement();
            grant = failed || placement == null ? null : placement.grant();
        } catch (Throwable fault) {
            giveUp(fault);
            changesLength = false;
        }
        ProcessingResponse answer = Replies.responseHeaders(changesLength, grant);
        headers = testHooks ? ConformanceHooks.report(answer, message.getMetadataContext()) : answer;
        if (message.getResponseHeaders().getEndOfStream()) {
            passHeaders();
            finish();
        } else if (!mayStillBeRefused()) {
            passHeaders();
        }
    }

    /// Engines begin a stream before they begin to compute. While that is all there is, a request that has to give
    /// way can still be told so by a status, and an event could not be added: to Envoy it would be out of order.
    private boolean mayStillBeRefused() {
        Placement placement = exchange.placement();
        return events && mode == BodySendMode.FULL_DUPLEX_STREAMED && placement != null && placement.isSheddable();
    }

    private void passHeaders() {
        if (headers != null) {
            exchange.send(headers);
            headers = null;
        }
    }

    /// @return whether the body's length may change on its way
    private boolean observeHeaders(ProcessingRequest message) {
        String status = "";
        String contentType = "";
        String encoding = "";
        HeaderMap all = message.getResponseHeaders().getHeaders();
        for (HeaderValue header : all.getHeadersList()) {
            switch (header.getKey()) {
                case Headers.STATUS -> status = RequestHead.value(header);
                case Headers.CONTENT_TYPE ->
                    contentType = RequestHead.value(header).toLowerCase(Locale.ROOT);
                case Headers.CONTENT_ENCODING -> encoding = RequestHead.value(header);
                default -> {}
            }
        }
        failed = !status.isEmpty() && Integer.parseInt(status) >= FIRST_ERROR_STATUS;
        Placement placement = exchange.placement();
        if (placement == null) {
            return false;
        }
        if (!failed) {
            with.meters().answered(exchange.model());
        }
        noteServed(placement, EndpointMetadata.served(message.getMetadataContext()));
        Target target = placement.target();
        if (target == null || !(encoding.isEmpty() || encoding.equals("identity"))) {
            return false;
        }
        boolean streamed = contentType.startsWith("text/event-stream");
        ResponseScan readable = ResponseScan.of(contentType);
        // Of an error only the model's name matters.
        events = streamed && !failed;
        scan = failed ? null : readable;
        if (mode != BodySendMode.NONE && readable != null) {
            edits = AnswerEdits.of(unaskedUsage && events ? new UsageCut() : null, rename(target, streamed));
        }
        return edits != null;
    }

    private static @Nullable ModelRename rename(Target target, boolean streamed) {
        if (!target.renames()) {
            return null;
        }
        return streamed ? ModelRename.inEvents(target.requested()) : ModelRename.inDocument(target.requested());
    }

    private void noteServed(Placement placement, @Nullable String address) {
        if (address == null || address.equals(placement.endpoint().address())) {
            return;
        }
        with.meters().servedElsewhere(exchange.pool());
        PoolSnapshot pool = with.pools().find(exchange.pool());
        if (pool != null) {
            pool.at(address)
                    .ifPresent(
                            endpoint -> placement.served(endpoint, with.ticker().nanos()));
        }
    }

    private void onBody(HttpBody chunk) {
        sawBody = true;
        passHeaders();
        ByteString body = chunk.getBody();
        ByteString held = edits == null ? ByteString.EMPTY : edits.held();
        ByteString passed;
        try {
            passed = observe(body, chunk.getEndOfStream());
        } catch (Throwable fault) {
            giveUp(fault);
            passed = held.concat(body);
        }
        if (mode == BodySendMode.FULL_DUPLEX_STREAMED) {
            inEvent = passed.isEmpty() ? inEvent : !PreemptedAnswer.endsEvent(passed);
            if (!passed.isEmpty() || chunk.getEndOfStream()) {
                Replies.streamResponseBody(passed, chunk.getEndOfStream(), exchange::send);
            }
        } else {
            exchange.send(passed.equals(body) ? Replies.responseBodyUnchanged() : Replies.responseBody(passed));
        }
        if (chunk.getEndOfStream()) {
            finish();
        }
    }

    /// Ends the request for another's sake: the client is told in the best way that is left.
    void preempt(Duration retryAfter) {
        if (events && sawBody && mode == BodySendMode.FULL_DUPLEX_STREAMED) {
            ByteString rest = edits == null ? ByteString.EMPTY : edits.cutOff();
            ByteString event = PreemptedAnswer.event(exchange.errors(), retryAfter, inEvent || !rest.isEmpty());
            Replies.streamResponseBody(rest.concat(event), true, exchange::send);
            exchange.end(Outcome.PREEMPTED);
        } else {
            exchange.answer(Outcome.PREEMPTED, PreemptedAnswer.whole(exchange.errors(), retryAfter));
        }
    }

    private ByteString observe(ByteString chunk, boolean last) {
        if (scan != null) {
            scan.accept(chunk);
            if (!sawFirstToken && scan.sawFirstToken()) {
                onFirstToken();
            }
        }
        if (edits == null) {
            return chunk;
        }
        ByteString edited = edits.accept(chunk);
        return last ? edited.concat(edits.finish()) : edited;
    }

    private void onFirstToken() {
        sawFirstToken = true;
        long now = with.ticker().nanos();
        firstTokenNanos = now;
        Placement placement = exchange.placement();
        if (placement != null) {
            placement.firstToken(now);
            with.meters().firstToken(exchange.pool(), exchange.model(), now - exchange.arrivedNanos());
            noteTtft(placement, now);
            String share = placement.share();
            if (share != null) {
                with.meters()
                        .targets()
                        .firstToken(exchange.pool(), exchange.model(), share, now - exchange.arrivedNanos());
            }
        }
    }

    private void noteTtft(Placement placement, long now) {
        Objectives objectives = placement.objectives();
        if (objectives.hasTtft()) {
            double millis = (now - exchange.arrivedNanos()) / NANOS_PER_MILLI;
            with.meters().objectives().firstToken(exchange.pool(), exchange.model(), millis, objectives.ttftMillis());
        }
    }

    private void noteTpot(Placement placement, TokenUsage usage) {
        Objectives objectives = placement.objectives();
        if (objectives.hasTpot() && sawFirstToken && usage.completionTokens() > 1) {
            double decoding = (with.ticker().nanos() - firstTokenNanos) / NANOS_PER_MILLI;
            double each = decoding / (usage.completionTokens() - 1);
            with.meters().objectives().furtherTokens(exchange.pool(), exchange.model(), each, objectives.tpotMillis());
        }
    }

    private void onTrailers() {
        passHeaders();
        ByteString rest = edits == null ? ByteString.EMPTY : edits.held();
        try {
            rest = edits == null ? ByteString.EMPTY : edits.finish();
        } catch (Throwable fault) {
            giveUp(fault);
        }
        if (!rest.isEmpty()) {
            Replies.streamResponseBody(rest, false, exchange::send);
        }
        exchange.send(Replies.responseTrailers());
        finish();
    }

    private void finish() {
        finished = true;
        try {
            reportUsage();
        } catch (Throwable fault) {
            giveUp(fault);
        }
        exchange.end(outcome());
    }

    private void reportUsage() {
        Placement placement = exchange.placement();
        if (scan == null || placement == null) {
            return;
        }
        Generated generated = scan.generated();
        placement.streamed(generated.events(), generated.textBytes());
        TokenUsage usage = scan.usage();
        if (usage != null) {
            placement.used(usage);
            noteTpot(placement, usage);
        }
    }

    /// Nothing more is read of the response, nor changed in it. What was held back is the caller's to pass on.
    private void giveUp(Throwable fault) {
        scan = null;
        edits = null;
        exchange.faults().inResponse(fault);
    }
}
