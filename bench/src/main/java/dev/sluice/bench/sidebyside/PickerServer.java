package dev.sluice.bench.sidebyside;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/// A gRPC server set up as the picker's own, so that the two differ only in what they do with a message.
final class PickerServer implements AutoCloseable {
    private static final int FLOW_CONTROL_WINDOW = 4 << 20;
    private static final int MAX_CONCURRENT_STREAMS = 1 << 16;
    private static final int MAX_MESSAGE = 36 << 20;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final Server server;

    private PickerServer(BindableService service) throws IOException {
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
                .channelType(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .directExecutor()
                .flowControlWindow(FLOW_CONTROL_WINDOW)
                .maxConcurrentCallsPerConnection(MAX_CONCURRENT_STREAMS)
                .maxInboundMessageSize(MAX_MESSAGE)
                .addService(service)
                .build()
                .start();
    }

    static PickerServer start(BindableService service) throws IOException {
        return new PickerServer(service);
    }

    int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
        var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
