package dev.sluice.picker.http;

import dev.sluice.process.Supervisor;
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
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A thread has an event loop: connections live on it, and loops run their steps there.
public final class EventLoopThread implements AutoCloseable {
    /// Takes most pages in one read of the socket.
    private static final int SCRATCH_BYTES = 64 << 10;

    public static final Class<? extends Channel> CHANNEL_TYPE =
            Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

    /// In which channels tell of their end.
    private static final long QUIET_MILLIS = 50;

    private final EventLoopGroup group;
    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final byte[] scratch = new byte[SCRATCH_BYTES];
    private final String name;
    private final Supervisor supervisor;
    private final Deadlines deadlines;

    /// @param name of the thread, and of the loop that the supervisor counts faults by
    public EventLoopThread(String name, Supervisor supervisor) {
        this.name = name;
        this.supervisor = supervisor;
        this.group = new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory(name, true),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        this.loop = group.next();
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(CHANNEL_TYPE)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIMEOUT.toMillis())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(SCRATCH_BYTES));
        this.deadlines = new Deadlines(this);
    }

    /// Netty ends a schedule at its first exception, so ticks are supervised.
    public void every(long millis, Runnable tick) {
        var _ = loop.scheduleAtFixedRate(() -> supervisor.run(name, tick), millis, millis, TimeUnit.MILLISECONDS);
    }

    /// Runs the step for each thing: the fault of one keeps no other from its step.
    public <T> void each(Iterable<T> things, Consumer<? super T> step) {
        supervisor.each(name, things, step);
    }

    /// @return whether the task will run, which it will not once the loop is closing
    public boolean execute(Runnable task) {
        if (loop.isShuttingDown()) {
            return false;
        }
        loop.execute(() -> supervisor.run(name, task));
        return true;
    }

    public EventLoop eventLoop() {
        return loop;
    }

    Bootstrap bootstrap() {
        return bootstrap;
    }

    /// All connections of the loop pass their bytes through this array.
    byte[] scratch() {
        return scratch;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    /// The loop's own time, which deadlines are measured in.
    long nanos() {
        return loop.ticker().nanoTime();
    }

    @Override
    public void close() {
        var _ = group.shutdownGracefully(QUIET_MILLIS, 1_000, TimeUnit.MILLISECONDS);
    }
}
