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
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/// A listening socket with all its connections, on one event loop.
public final class HttpListener implements AutoCloseable {
    private static final int BACKLOG = 4_096;

    private final ChannelGroup connections;
    private final Channel socket;

    /// Listens on that address; port 0 takes a free one.
    ///
    /// @param handler makes the handler of one connection, or of one HTTP/2 stream; it gets `FullHttpRequest`s
    public HttpListener(InetSocketAddress address, EventLoop loop, Supplier<ChannelHandler> handler)
            throws IOException {
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

    /// Stops listening and cuts all connections.
    @Override
    public void close() {
        socket.close().syncUninterruptibly();
        connections.close().syncUninterruptibly();
    }
}
