package dev.sluice.simulator.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/// A listening socket with all its connections, on one event loop.
public final class HttpListener implements AutoCloseable {
    private static final int BACKLOG = 4_096;
    private static final int UNTIL_ALL_STREAMS_END = -1;

    private final EventLoop loop;
    private final ChannelGroup connections;
    private final Channel socket;

    /// Listens on that address; port 0 takes a free one.
    ///
    /// @param handler makes the handler of one connection, or of one HTTP/2 stream; it gets `FullHttpRequest`s
    public HttpListener(InetSocketAddress address, EventLoop loop, Supplier<ChannelHandler> handler)
            throws IOException {
        this.loop = loop;
        connections = new DefaultChannelGroup(loop);
        ChannelFuture bound = new ServerBootstrap()
                .group(loop, loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connections.add(connection);
                        connection.pipeline().addLast(new ProtocolDetector(handler));
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen on " + address, bound.cause());
        }
        socket = bound.channel();
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) socket.localAddress();
    }

    /// Stops listening, and ends each connection once the answers on their way on it have ended.
    ///
    /// @return done when no connection is left
    public Future<?> drain() {
        Promise<Void> ended = loop.newPromise();
        loop.execute(() -> {
            var _ = socket.close();
            connections.forEach(HttpListener::drain);
            connections.newCloseFuture().addListener(_ -> ended.setSuccess(null));
        });
        return ended;
    }

    private static void drain(Channel connection) {
        Http2FrameCodec http2 = connection.pipeline().get(Http2FrameCodec.class);
        if (http2 == null) {
            connection.pipeline().fireUserEventTriggered(Draining.BEGUN);
        } else {
            http2.gracefulShutdownTimeoutMillis(UNTIL_ALL_STREAMS_END);
            var _ = connection.close();
        }
    }

    /// Stops listening and cuts all connections.
    @Override
    public void close() {
        socket.close().syncUninterruptibly();
        loop.submit(() -> connections.forEach(HttpListener::forgetStreams)).syncUninterruptibly();
        connections.close().syncUninterruptibly();
    }

    private static void forgetStreams(Channel connection) {
        Http2FrameCodec http2 = connection.pipeline().get(Http2FrameCodec.class);
        if (http2 != null) {
            http2.gracefulShutdownTimeoutMillis(0);
        }
    }
}
