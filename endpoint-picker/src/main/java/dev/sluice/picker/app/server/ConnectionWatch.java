package dev.sluice.picker.app.server;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees connections that close while streams are open on them: an Envoy that ends, or is cut off. That is an expected
/// end of its requests, and one line for all of them.
final class ConnectionWatch extends ServerTransportFilter {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionWatch.class);
    private static final Attributes.Key<AtomicInteger> OPEN_STREAMS = Attributes.Key.create("open-streams");

    private final Runnable onCut;

    /// @param onCut told of each such connection
    ConnectionWatch(Runnable onCut) {
        this.onCut = onCut;
    }

    @Override
    public Attributes transportReady(Attributes connection) {
        return connection.toBuilder().set(OPEN_STREAMS, new AtomicInteger()).build();
    }

    @Override
    public void transportTerminated(@Nullable Attributes connection) {
        AtomicInteger open = connection == null ? null : connection.get(OPEN_STREAMS);
        int streams = open == null ? 0 : open.get();
        if (connection != null && streams > 0) {
            onCut.run();
            LOG.atDebug()
                    .addKeyValue("from", connection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR))
                    .addKeyValue("streams", streams)
                    .log("A connection was closed with open streams");
        }
    }

    /// Counts the streams of each connection.
    ServerStreamTracer.Factory streams() {
        return new ServerStreamTracer.Factory() {
            @Override
            public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
                return new OpenStream();
            }
        };
    }

    private static final class OpenStream extends ServerStreamTracer {
        private volatile @Nullable AtomicInteger ofConnection;

        @Override
        public void serverCallStarted(ServerCallInfo<?, ?> call) {
            AtomicInteger open = call.getAttributes().get(OPEN_STREAMS);
            ofConnection = open;
            if (open != null) {
                open.incrementAndGet();
            }
        }

        @Override
        public void streamClosed(Status status) {
            AtomicInteger open = ofConnection;
            if (open != null) {
                open.decrementAndGet();
            }
        }
    }
}
