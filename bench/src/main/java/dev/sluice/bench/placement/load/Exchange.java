package dev.sluice.bench.placement.load;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// A request on its way, and what has come back so far. Used on the loop only.
final class Exchange {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int OK = 200;

    private final PlannedRequest request;
    private final ByteBuf bytes;
    private final boolean streamed;
    private final long planned;
    private final long sent;
    private final EventReader events = new EventReader();
    private int status;
    private @Nullable String server;

    /// @param bytes borrowed: they may be sent again
    Exchange(PlannedRequest request, ByteBuf bytes, boolean streamed, long planned) {
        this.request = request;
        this.bytes = bytes;
        this.streamed = streamed;
        this.planned = planned;
        this.sent = System.nanoTime();
    }

    ByteBuf bytes() {
        return bytes.duplicate();
    }

    boolean hasBegun() {
        return status != 0;
    }

    void begin(int responseStatus, @Nullable String responseServer) {
        status = responseStatus;
        server = responseServer;
    }

    void read(ByteBuf content, long now) {
        if (streamed) {
            events.read(content, now);
        }
    }

    Sample failed(String error) {
        return Sample.failed(millis(sent - planned), server, error);
    }

    /// The sample of the request when the answer has ended.
    Sample ended(long now) {
        if (status != OK) {
            return failed("status " + status);
        }
        if (!streamed) {
            double duration = millis(now - planned);
            return new Sample(millis(sent - planned), duration, duration, Double.NaN, server, null);
        }
        if (!events.isComplete() || events.contents() == 0) {
            return failed(events.contents() == 0 ? "an answer without content" : "a stream without end");
        }
        int gaps = request.outputTokens() - 1;
        return new Sample(
                millis(sent - planned),
                millis(events.firstContent() - planned),
                millis(now - planned),
                gaps == 0 ? Double.NaN : millis(events.lastContent() - events.firstContent()) / gaps,
                server,
                null);
    }

    private static double millis(long nanos) {
        return nanos / NANOS_PER_MILLI;
    }
}
