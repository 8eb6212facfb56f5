package dev.sluice.picker.signals;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/// One thread on which things are read at their time, and the means to connect from it.
final class PollLoop implements AutoCloseable {
    /// Takes most pages in one read of the socket.
    private static final int SCRATCH_BYTES = 64 << 10;

    static final Class<? extends Channel> CHANNEL_TYPE =
            Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;

    /// In which channels tell of their end.
    private static final long QUIET_MILLIS = 50;

    private final EventLoopGroup group;
    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final byte[] scratch = new byte[SCRATCH_BYTES];

    PollLoop(String thread) {
        this.group = new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory(thread, true),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        this.loop = group.next();
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(CHANNEL_TYPE)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) EndpointPoll.TIMEOUT.toMillis())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(SCRATCH_BYTES));
    }

    void every(long millis, Runnable tick) {
        var _ = loop.scheduleAtFixedRate(tick, millis, millis, TimeUnit.MILLISECONDS);
    }

    void execute(Runnable task) {
        if (!loop.isShuttingDown()) {
            loop.execute(task);
        }
    }

    EventLoop eventLoop() {
        return loop;
    }

    Bootstrap bootstrap() {
        return bootstrap;
    }

    /// Through which all connections of the loop pass their bytes.
    byte[] scratch() {
        return scratch;
    }

    @Override
    public void close() {
        var _ = group.shutdownGracefully(QUIET_MILLIS, 1_000, TimeUnit.MILLISECONDS);
    }
}
