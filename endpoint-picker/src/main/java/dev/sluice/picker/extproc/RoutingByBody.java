package dev.sluice.picker.extproc;

import com.google.protobuf.ByteString;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.extproc.message.Replies;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.payload.request.BodySplice;
import dev.sluice.picker.payload.request.ScannedRequest;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.routing.PendingRequest;
import dev.sluice.picker.routing.placement.Placement;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The router has a request whose body has been read to its end.
///
/// @param hasTrailers whether its body ended with trailers
record RoutingByBody(ReadingBody read, ScannedRequest scanned, boolean hasTrailers, PendingRequest request)
        implements RequestState {
    @Override
    public RequestSide side() {
        return read.side();
    }

    @Override
    public void begin() {
        side().routed(side().with().router().route(request));
    }

    @Override
    public void leave() {
        request.cancel();
    }

    @Override
    public void placed(Placement placement) {
        Exchange exchange = side().exchange();
        exchange.placed(placement, request.readyNanos());
        Deque<ByteString> body = takeBody(placement.target());
        ExchangeSettings settings = side().settings();
        if (read.mode() == BodySendMode.BUFFERED) {
            exchange.send(Replies.destinationInBody(placement, settings, read.head(), ByteString.copyFrom(body)));
        } else {
            long length = body.stream().mapToLong(ByteString::size).sum();
            exchange.send(Replies.destinationInHeaders(placement, settings, read.head(), length));
            Replies.streamRequestBody(body, !hasTrailers, exchange::send);
        }
        if (hasTrailers) {
            exchange.send(Replies.requestTrailers());
        }
        side().enter(new Forwarded(side(), read.mode()));
        side().pass();
    }

    /// The body as it goes on. It is the only one that holds the chunks from here on, so that each can go as soon as
    /// it is sent.
    private Deque<ByteString> takeBody(@Nullable Target target) {
        List<ByteString> chunks = read.chunks();
        if (target == null) {
            return take(chunks, chunks);
        }
        ModelName served = target.renames() || scanned.model() == null ? target.served() : null;
        boolean askUsage = asksUsage() && side().exchange().hideUsage();
        return take(BodySplice.apply(chunks, scanned, served, askUsage), chunks);
    }

    private static Deque<ByteString> take(List<ByteString> spliced, List<ByteString> chunks) {
        Deque<ByteString> taken = new ArrayDeque<>(spliced);
        chunks.clear();
        return taken;
    }

    /// The pool wants token counts that the client does not ask for.
    private boolean asksUsage() {
        if (!scanned.output().isStreamed()
                || !scanned.usageField().option().canAsk()
                || !read.api().hasStreamOptions()) {
            return false;
        }
        PoolSnapshot pool = side().with().pools().find(side().exchange().pool());
        return pool != null && pool.settings().requestUsage();
    }
}
