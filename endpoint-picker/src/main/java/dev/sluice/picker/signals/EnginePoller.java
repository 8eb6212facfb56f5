package dev.sluice.picker.signals;

import dev.sluice.picker.model.EndpointId;
import dev.sluice.picker.model.Ticker;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.telemetry.Meters;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.bootstrap.Bootstrap;
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
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Reads each endpoint's metrics at its pool's interval and asks it for its adapters now and then, all on one event
/// loop that no request shares: a slow
/// page delays nobody.
///
/// A tick looks over all endpoints and begins what is due, which for a thousand of them takes a few microseconds:
/// less than a timer for each would, and nobody has to tell the poller of anything.
///
/// An endpoint that cannot be read loses its signals once they are stale and is placed on by what the picker
/// itself has placed there; it is read again and again until it leaves the pool.
public final class EnginePoller implements AutoCloseable {
    /// The least interval that a policy can ask for.
    private static final long TICK_MILLIS = 10;

    /// Takes most engines' pages in one read of the socket.
    private static final int SCRATCH_BYTES = 64 << 10;

    /// In which channels tell of their end.
    private static final long QUIET_MILLIS = 50;

    private final EndpointPoll.Surroundings surroundings;
    private final EventLoopGroup group;
    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final byte[] scratch = new byte[SCRATCH_BYTES];
    private final List<EndpointPoll> polls = new ArrayList<>();
    private final List<AdapterCheck> adapterChecks = new ArrayList<>();

    public EnginePoller(Pools pools, Meters meters, Ticker ticker) {
        this.surroundings = new EndpointPoll.Surroundings(pools, meters, ticker);
        this.group = new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory("signals", true),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        this.loop = group.next();
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) EndpointPoll.TIMEOUT.toMillis())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(SCRATCH_BYTES));
        var _ = loop.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// Follows the endpoint until it leaves its pool.
    public void follow(Endpoint endpoint) {
        if (!loop.isShuttingDown()) {
            loop.execute(() -> {
                polls.add(new EndpointPoll(endpoint, surroundings, bootstrap, scratch));
                adapterChecks.add(new AdapterCheck(
                        endpoint, surroundings, bootstrap, scratch, port -> channel(endpoint.id(), port)));
            });
        }
    }

    private void tick() {
        long now = surroundings.ticker().nanos();
        polls.removeIf(poll -> !poll.tick(now));
        adapterChecks.removeIf(check -> !check.tick(now));
    }

    private ManagedChannel channel(EndpointId endpoint, int port) {
        return NettyChannelBuilder.forAddress(new InetSocketAddress(endpoint.ip(), port))
                .eventLoopGroup(loop)
                .channelType(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .executor(loop)
                .usePlaintext()
                .build();
    }

    @Override
    public void close() {
        if (!loop.isShuttingDown()) {
            loop.execute(() -> adapterChecks.forEach(AdapterCheck::close));
        }
        var _ = group.shutdownGracefully(QUIET_MILLIS, 1_000, TimeUnit.MILLISECONDS);
    }
}
