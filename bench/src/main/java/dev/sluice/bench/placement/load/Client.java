package dev.sluice.bench.placement.load;

import com.google.common.net.HostAndPort;
import dev.sluice.bench.rig.Loop;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Sends a plan's requests at their moments, whatever becomes of them, and notes what comes back.
///
/// One thread sends and receives; a second renders texts some requests ahead. A request takes the connection that
/// was used last, or a new one when none is idle.
public final class Client {
    private static final int RENDERED_AHEAD = 64;
    private static final long NOT_RENDERED_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final ChannelGroup channels;
    private final int count;
    private final boolean streamed;
    private final CountDownLatch unanswered;
    private final BlockingQueue<Rendered> rendered = new ArrayBlockingQueue<>(RENDERED_AHEAD);
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final Set<Exchange> inFlight = new LinkedHashSet<>();
    private final List<Sample> samples;
    private long begin;
    private int taken;
    private boolean stopped;

    /// A request and its bytes, which nobody has to release.
    private record Rendered(PlannedRequest request, ByteBuf bytes) {}

    private Client(Loop loop, HostAndPort target, int count, boolean streamed) {
        this.loop = loop.loop();
        this.count = count;
        this.streamed = streamed;
        this.unanswered = new CountDownLatch(count);
        this.samples = new ArrayList<>(count);
        this.channels = new DefaultChannelGroup(this.loop);
        this.bootstrap = new Bootstrap()
                .group(this.loop)
                .channel(loop.channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .remoteAddress(target.getHost(), target.getPort())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channels.add(channel);
                        channel.pipeline().addLast(new HttpResponseDecoder(), new Connection(Client.this, channel));
                    }
                });
    }

    /// Plays the plan and returns when every request has been answered, or the patience after the last one is over.
    ///
    /// @param writer writes the requests
    /// @param salt what tells their texts from those of other turns
    public static List<Sample> play(
            Loop loop, HostAndPort target, Plan plan, RequestWriter writer, long salt, Duration patience)
            throws InterruptedException {
        Client client = new Client(loop, target, plan.requests().size(), writer.streamed());
        Thread renderer = Thread.ofPlatform().daemon().name("render").start(() -> client.render(plan, writer, salt));
        try {
            while (client.rendered.remainingCapacity() > 0 && renderer.isAlive()) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            client.loop.execute(client::start);
            long limit = plan.requests().getLast().atNanos() + patience.toNanos();
            boolean _ = client.unanswered.await(limit, TimeUnit.NANOSECONDS);
            return client.loop.submit(client::stop).sync().getNow();
        } finally {
            renderer.interrupt();
            renderer.join();
            client.channels.close().awaitUninterruptibly();
        }
    }

    private void render(Plan plan, RequestWriter writer, long salt) {
        try {
            for (PlannedRequest request : plan.requests()) {
                rendered.put(new Rendered(request, writer.write(request, salt)));
            }
        } catch (InterruptedException _) {
            // The turn is over.
        }
    }

    private void start() {
        begin = System.nanoTime();
        arrive();
    }

    /// The requests that have no answer yet get none any more.
    private List<Sample> stop() {
        stopped = true;
        inFlight.forEach(exchange -> samples.add(exchange.failed("no end within the patience")));
        for (int i = samples.size(); i < count; i++) {
            samples.add(Sample.failed(Double.POSITIVE_INFINITY, null, "not sent within the patience"));
        }
        return List.copyOf(samples);
    }

    /// Sends what is due by now, and comes back when the next is.
    private void arrive() {
        while (!stopped && taken < count) {
            Rendered next = rendered.peek();
            long wait =
                    next == null ? NOT_RENDERED_NANOS : begin + next.request().atNanos() - System.nanoTime();
            if (next == null || wait > 0) {
                var _ = loop.schedule(this::arrive, wait, TimeUnit.NANOSECONDS);
                return;
            }
            rendered.remove();
            taken++;
            send(new Exchange(
                    next.request(),
                    next.bytes(),
                    streamed,
                    begin + next.request().atNanos()));
        }
    }

    private void send(Exchange exchange) {
        inFlight.add(exchange);
        Connection connection = idle.pollLast();
        if (connection != null) {
            connection.send(exchange);
        } else {
            connect(exchange);
        }
    }

    /// Sends it on a new connection.
    void connect(Exchange exchange) {
        ChannelFuture connecting = bootstrap.connect();
        var _ = connecting.addListener(connected -> {
            if (connected.isSuccess()) {
                connecting.channel().pipeline().get(Connection.class).send(exchange);
            } else {
                ended(exchange, exchange.failed("no connection: " + connected.cause()));
            }
        });
    }

    void ended(Exchange exchange, Sample sample) {
        if (!stopped && inFlight.remove(exchange)) {
            samples.add(sample);
            unanswered.countDown();
        }
    }

    void isIdle(Connection connection) {
        if (stopped) {
            connection.close();
        } else {
            idle.addLast(connection);
        }
    }

    void isGone(Connection connection) {
        idle.remove(connection);
    }
}
