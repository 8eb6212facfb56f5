package dev.sluice.bench.sidebyside;

import com.google.common.net.HostAndPort;
import dev.sluice.bench.rig.Loop;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/// Requests of one work to one listener, over connections that stay open.
///
/// What is not answered with 200 and the whole body is an error. Everything happens on the event loop.
final class Load implements AutoCloseable {
    /// The traffic that is sent, and the length that every answer must have.
    record Traffic(Conversations conversations, int answerBytes) {}

    private static final long RECONNECT_MILLIS = 50;
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long SEED = 9;

    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final Traffic traffic;
    private final Arrivals arrivals;
    private final Tally tally = new Tally();
    private final ChannelGroup channels;
    private final Deque<LoadConnection> idle = new ArrayDeque<>();
    private final Deque<Long> due = new ArrayDeque<>();
    private final SplittableRandom random = new SplittableRandom(SEED);
    private long nextDue;
    private int inFlight;
    private boolean stopped;

    private Load(Loop loop, HostAndPort target, Traffic traffic, Arrivals arrivals) {
        this.loop = loop.loop();
        this.traffic = traffic;
        this.arrivals = arrivals;
        this.channels = new DefaultChannelGroup(this.loop);
        this.bootstrap = new Bootstrap()
                .group(this.loop)
                .channel(loop.channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .remoteAddress(target.getHost(), target.getPort())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new LoadConnection(channel));
                    }
                });
    }

    /// Begins to send.
    static Load start(Loop loop, HostAndPort target, Traffic traffic, Arrivals arrivals, int connections)
            throws InterruptedException {
        Load load = new Load(loop, target, traffic, arrivals);
        load.onLoop(() -> {
            for (int i = 0; i < connections; i++) {
                load.connect();
            }
            load.nextDue = System.nanoTime();
            load.arrive();
            return true;
        });
        return load;
    }

    void beginWindow() throws InterruptedException {
        onLoop(() -> {
            tally.begin(System.nanoTime());
            return true;
        });
    }

    Tally.Window endWindow() throws InterruptedException {
        return onLoop(() -> tally.end(System.nanoTime()));
    }

    /// Sends no more, gives what is on its way some time, and hangs up.
    @Override
    public void close() {
        long deadline = System.nanoTime() + DRAIN_NANOS;
        try {
            onLoop(() -> {
                stopped = true;
                due.clear();
                return true;
            });
            while (onLoop(() -> inFlight) > 0 && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        channels.close().awaitUninterruptibly();
    }

    private <T> T onLoop(Callable<T> action) throws InterruptedException {
        return loop.submit(action).sync().getNow();
    }

    private void connect() {
        var _ = bootstrap.connect().addListener(connected -> {
            if (!connected.isSuccess()) {
                lost();
            }
        });
    }

    private void lost() {
        if (!stopped) {
            tally.failed();
            var _ = loop.schedule(this::connect, RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /// Notes what is due by now, and comes back when the next is.
    private void arrive() {
        if (arrivals instanceof Arrivals.Poisson(double perSecond) && !stopped) {
            long now = System.nanoTime();
            while (nextDue <= now) {
                due.add(nextDue);
                nextDue += (long) (-Math.log1p(-random.nextDouble()) / perSecond * 1e9);
            }
            dispatch(now);
            var _ = loop.schedule(this::arrive, nextDue - now, TimeUnit.NANOSECONDS);
        }
    }

    private void dispatch(long now) {
        switch (arrivals) {
            case Arrivals.Closed _ -> {
                while (!stopped && !idle.isEmpty()) {
                    idle.removeLast().send(now);
                }
            }
            case Arrivals.Poisson _ -> {
                while (!due.isEmpty() && !idle.isEmpty()) {
                    idle.removeLast().send(due.removeFirst());
                }
            }
        }
    }

    private final class LoadConnection extends ChannelInboundHandlerAdapter {
        private final HttpReader reader = new HttpReader();
        private final Channel channel;
        private boolean busy;
        private long begun;
        private long firstByte;

        LoadConnection(Channel channel) {
            this.channel = channel;
        }

        void send(long from) {
            busy = true;
            begun = from;
            firstByte = 0;
            inFlight++;
            var _ = channel.writeAndFlush(traffic.conversations().next(), channel.voidPromise());
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            channels.add(channel);
            idle.add(this);
            dispatch(System.nanoTime());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf in = (ByteBuf) message;
            long now = System.nanoTime();
            if (firstByte == 0) {
                firstByte = now;
            }
            try {
                if (reader.read(in)) {
                    ended(now);
                }
            } finally {
                in.release();
            }
        }

        private void ended(long now) {
            if (reader.status() == 200 && reader.bodyBytes() == traffic.answerBytes()) {
                tally.answered(now - begun, now - firstByte);
            } else {
                tally.failed();
            }
            busy = false;
            inFlight--;
            idle.add(this);
            dispatch(now);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (busy) {
                busy = false;
                inFlight--;
            }
            idle.remove(this);
            lost();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }
}
