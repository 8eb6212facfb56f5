package dev.sluice.picker.extproc;

import dev.sluice.picker.extproc.message.AnswerHead;
import dev.sluice.picker.extproc.message.ConformanceHooks;
import dev.sluice.picker.extproc.message.EndpointMetadata;
import dev.sluice.picker.extproc.message.Replies;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.payload.response.AnswerEdits;
import dev.sluice.picker.payload.response.ErrorNames;
import dev.sluice.picker.payload.response.ModelRename;
import dev.sluice.picker.payload.response.ResponseScan;
import dev.sluice.picker.payload.response.UsageCut;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.request.Outcome;
import dev.sluice.picker.routing.placement.Placement;
import dev.sluice.picker.routing.target.SessionAttempt;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import org.jspecify.annotations.Nullable;

/// Nothing of the response has come yet.
///
/// @param mode how its body will come
/// @param unaskedUsage whether a stream will end with token counts that the client did not ask for
record AwaitingResponse(ResponseSide side, BodySendMode mode, boolean unaskedUsage) implements ResponseState {
    /// The headers say what can be read of the body.
    @Override
    public void headers(ProcessingRequest message) {
        Exchange exchange = side.exchange();
        Metadata metadata = message.getMetadataContext();
        AnswerHead head = AnswerHead.UNKNOWN;
        AnswerFilter filter = AnswerFilter.NONE;
        SessionAttempt.IssuedToken token = null;
        try {
            head = AnswerHead.read(message.getResponseHeaders().getHeaders());
            Placement placement = exchange.placement();
            if (placement != null) {
                noteServed(placement, EndpointMetadata.served(metadata));
                filter = filter(head, placement);
                token = head.isError() ? null : placement.grant();
            }
        } catch (Throwable fault) {
            filter = AnswerFilter.NONE;
            exchange.faults().inResponse(fault);
        }
        AnswerBody answer = new AnswerBody(side, mode, head, filter);
        ProcessingResponse reply = Replies.responseHeaders(filter.changesLength(), token);
        pass(answer, side.testHooks() ? ConformanceHooks.report(reply, metadata) : reply, message);
    }

    private void pass(AnswerBody answer, ProcessingResponse headers, ProcessingRequest message) {
        boolean last = message.getResponseHeaders().getEndOfStream();
        if (!last && mayStillBeRefused(answer)) {
            side.enter(new HeadersHeld(answer, headers));
            return;
        }
        side.enter(new HeadersPassed(answer));
        side.exchange().send(headers);
        if (last) {
            answer.finish();
        }
    }

    private boolean mayStillBeRefused(AnswerBody answer) {
        Placement placement = side.exchange().placement();
        return answer.isEventStream() && answer.passesWhole() && placement != null && placement.isSheddable();
    }

    private void noteServed(Placement placement, @Nullable String address) {
        if (address == null || address.equals(placement.endpoint().address())) {
            return;
        }
        Collaborators with = side.with();
        with.meters().servedElsewhere(side.exchange().pool());
        PoolSnapshot pool = with.pools().find(side.exchange().pool());
        if (pool != null) {
            pool.at(address)
                    .ifPresent(
                            endpoint -> placement.served(endpoint, with.ticker().nanos()));
        }
    }

    private AnswerFilter filter(AnswerHead head, Placement placement) {
        if (!head.isError()) {
            side.with().meters().answered(side.exchange().model());
        }
        Target target = placement.target();
        ResponseScan scan = target == null || !head.isPlain() ? null : ResponseScan.of(head.contentType());
        if (target == null || scan == null) {
            return AnswerFilter.NONE;
        }
        AnswerEdits edits = mode == BodySendMode.NONE ? null : edits(head, target);
        AnswerProgress progress = new AnswerProgress(side.exchange(), side.with(), placement);
        // Of an error only the model's name matters.
        return head.isError()
                ? new AnswerFilter(false, null, edits, progress)
                : new AnswerFilter(head.isEventStream(), scan, edits, progress);
    }

    private @Nullable AnswerEdits edits(AnswerHead head, Target target) {
        if (head.isError() && target.renames()) {
            return AnswerEdits.ofError(
                    new ErrorNames(target.served(), target.requested()), ModelRename.inDocument(target.requested()));
        }
        boolean cuts = unaskedUsage && head.isEventStream() && !head.isError();
        return AnswerEdits.of(cuts ? new UsageCut() : null, rename(target, head.isEventStream()));
    }

    private static @Nullable ModelRename rename(Target target, boolean streamed) {
        if (!target.renames()) {
            return null;
        }
        return streamed ? ModelRename.inEvents(target.requested()) : ModelRename.inDocument(target.requested());
    }

    /// A proxy that does not send the headers has the body passed unread.
    @Override
    public void body(HttpBody chunk) {
        AnswerBody answer = new AnswerBody(side, mode, AnswerHead.UNKNOWN, AnswerFilter.NONE);
        side.enter(new PassingBody(answer));
        answer.pass(chunk);
    }

    @Override
    public void trailers() {
        new AnswerBody(side, mode, AnswerHead.UNKNOWN, AnswerFilter.NONE).passTrailers();
    }

    @Override
    public Outcome outcome() {
        return Outcome.CANCELLED;
    }

    @Override
    public Outcome outcomeWhenCut() {
        return Outcome.CANCELLED;
    }
}
