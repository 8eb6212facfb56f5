package dev.sluice.picker.extproc;

import dev.sluice.picker.extproc.message.ConformanceHooks;
import dev.sluice.picker.extproc.message.Refusals;
import dev.sluice.picker.extproc.message.RequestHead;
import dev.sluice.picker.extproc.message.Route;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.payload.reply.ErrorFormat;
import dev.sluice.picker.payload.request.BodyScan;
import dev.sluice.picker.prompt.Work;
import dev.sluice.picker.request.ModelListing;
import dev.sluice.picker.routing.PendingRequest;
import dev.sluice.picker.routing.PromptBody;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.util.List;

/// Nothing of the request has come yet.
record AwaitingRequest(RequestSide side) implements RequestState {
    /// Its headers say whether its body can be read.
    @Override
    public void headers(ProcessingRequest message) {
        HttpHeaders headers = message.getRequestHeaders();
        Route route = side.exchange().route();
        RequestHead head = RequestHead.read(headers.getHeaders(), route.rewrite());
        side.exchange().tellErrorsIn(ErrorFormat.of(head.path()));
        ModelQuery query = head.api() == null ? ModelQuery.of(headers.getHeaders(), head.path()) : null;
        List<ModelListing> published = query == null ? List.of() : published();
        if (query != null && !published.isEmpty()) {
            ModelQuery.Answer answer = query.answer(published);
            side.exchange().reply(answer.outcome(), Refusals.json(answer.outcome(), answer.body()));
            return;
        }
        selectEndpoints(headers.getHeaders());
        BodySendMode mode = BodyBuffer.mode(message);
        boolean passesWhole = mode == BodySendMode.FULL_DUPLEX_STREAMED || mode == BodySendMode.BUFFERED;
        BodyScan scan = passesWhole && !headers.getEndOfStream()
                ? head.scan(side.with().router().namesMatter(route.pools(), head.attributes()))
                : null;
        if (scan == null) {
            side.with().meters().unpriced(side.exchange().pool(), unpricedReason(headers, passesWhole));
            routeUnread(
                    head, mode, headers.getEndOfStream() ? 0 : head.content().length());
        } else if (head.content().length() > side.settings().maxBodyBytes()) {
            side.refuseTooLarge();
        } else {
            side.enter(new ReadingBody(side, head, mode, scan));
        }
    }

    /// The models that the route publishes; none where it passes every name through, and the engines answer.
    private List<ModelListing> published() {
        Route route = side.exchange().route();
        return side.with().router().models(route.pools());
    }

    private void selectEndpoints(HeaderMap headers) {
        EndpointSubset selection = side.settings().testHooks() ? ConformanceHooks.selection(headers) : null;
        if (selection != null) {
            side.allowOnly(selection);
        }
    }

    private static String unpricedReason(HttpHeaders headers, boolean passesWhole) {
        if (headers.getEndOfStream()) {
            return "no_body";
        }
        return passesWhole ? "api" : "body_mode";
    }

    private void routeUnread(RequestHead head, BodySendMode mode, long declaredBytes) {
        // A byte more than may be held is too much already, whatever a client declares.
        HeldBody body =
                new HeldBody(mode, Math.clamp(declaredBytes, 0, side.settings().maxBodyBytes() + 1));
        long now = side.with().ticker().nanos();
        PendingRequest request = side.request(head, new Work.Opaque(), body.bytes(), PromptBody.UNREAD, now);
        side.enter(new RoutingByHeaders(side, head, mode, body, request));
    }
}
