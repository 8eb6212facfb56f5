package dev.sluice.simulator.events;

import dev.sluice.simulator.engine.BlockHashes;
import dev.sluice.simulator.engine.CacheListener;
import dev.sluice.simulator.serving.KvEventsConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZFrame;
import org.zeromq.ZMQ;
import org.zeromq.ZMsg;

/// Publishes what happens to a server's prefix cache as vLLM does: a batch of events for each step, numbered from 0,
/// on a PUB socket, and past batches again on a ROUTER socket.
///
/// Events are gathered on the server's event loop and sent on a thread of their own, the only one that touches the
/// sockets.
public final class KvEventPublisher implements CacheListener, AutoCloseable {
    private static final long END_OF_REPLAY = -1;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final long REPLAY_LATENCY_MILLIS = 5;
    /// The number of past batches that can be had again: vLLM's default.
    private static final int BUFFER_STEPS = 10_000;

    private static final int BIND_ATTEMPTS = 50;
    private static final long BIND_PAUSE_MILLIS = 20;

    private final Executor loop;
    private final KvEventEncoder encoder;
    private final BooleanSupplier loses;
    private final byte[] topic;
    private final BlockingQueue<Batch> queue = new LinkedBlockingQueue<>();
    private final Deque<Batch> past = new ArrayDeque<>();
    private final ZContext context = new ZContext();
    private final ZMQ.Socket events;
    private final ZMQ.@Nullable Socket replay;
    private final Thread thread;
    private boolean gathering;
    private long next;
    private volatile boolean closed;

    private record Batch(long number, ByteBuffer payload, boolean lost) {}

    /// @param loop where the cache changes
    /// @param loses whether the next batch shall not be published: a fault
    public KvEventPublisher(KvEventsConfig config, String pod, String model, Executor loop, BooleanSupplier loses)
            throws IOException {
        this.loop = loop;
        this.loses = loses;
        this.encoder = new KvEventEncoder(model);
        this.topic = ("kv@" + pod + "@" + model).getBytes(StandardCharsets.UTF_8);
        context.setLinger(0);
        try {
            this.events = bind(SocketType.PUB, config.address());
            this.replay = config.replayAddress() == null ? null : bind(SocketType.ROUTER, config.replayAddress());
        } catch (IOException taken) {
            context.close();
            throw taken;
        }
        this.thread = Thread.ofPlatform().name("kv-events-" + pod).daemon().start(this::run);
    }

    /// A server that comes back may find its port taken for a moment, by itself.
    private ZMQ.Socket bind(SocketType type, InetSocketAddress address) throws IOException {
        ZMQ.Socket socket = context.createSocket(type);
        socket.setLinger(0);
        socket.setHWM(0);
        String endpoint = "tcp://" + address.getAddress().getHostAddress() + ":" + address.getPort();
        for (int attempt = 0; attempt < BIND_ATTEMPTS; attempt++) {
            if (socket.bind(endpoint)) {
                return socket;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(BIND_PAUSE_MILLIS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        throw new IOException("cannot bind " + endpoint);
    }

    @Override
    public void stored(BlockHashes chain, int from, int to) {
        encoder.stored(chain, from, to);
        gather();
    }

    @Override
    public void removed(long hash) {
        encoder.removed(hash);
        gather();
    }

    @Override
    public void cleared() {
        encoder.cleared();
        gather();
    }

    /// The changes of one step become one batch.
    private void gather() {
        if (!gathering) {
            gathering = true;
            loop.execute(this::flush);
        }
    }

    private void flush() {
        gathering = false;
        byte[] payload = encoder.take(System.currentTimeMillis() / MILLIS_PER_SECOND);
        queue.add(new Batch(next++, ByteBuffer.wrap(payload), loses.getAsBoolean()));
    }

    private void run() {
        while (!closed) {
            try {
                Batch batch = queue.poll(REPLAY_LATENCY_MILLIS, TimeUnit.MILLISECONDS);
                if (batch != null) {
                    publish(batch);
                }
                ZMsg request = replay == null ? null : ZMsg.recvMsg(replay, ZMQ.DONTWAIT);
                if (request != null && replay != null) {
                    replay(request, replay);
                }
            } catch (InterruptedException stopped) {
                break;
            }
        }
        context.close();
    }

    private void publish(Batch batch) {
        if (!batch.lost()) {
            events.sendMore(topic);
            events.sendMore(number(batch.number()));
            events.send(batch.payload().array());
        }
        past.add(batch);
        if (past.size() > BUFFER_STEPS) {
            past.remove();
        }
    }

    /// A request is `[client, "", number]`; each answer `[client, "", number, payload]`.
    private void replay(ZMsg request, ZMQ.Socket to) {
        ZFrame client = request.pollFirst();
        ZFrame from = request.pollLast();
        if (client == null || from == null || from.size() != Long.BYTES) {
            return;
        }
        long first = ByteBuffer.wrap(from.getData()).getLong();
        for (Batch batch : past) {
            if (batch.number() >= first) {
                answer(to, client, batch.number(), batch.payload().array());
            }
        }
        answer(to, client, END_OF_REPLAY, new byte[0]);
    }

    private static void answer(ZMQ.Socket to, ZFrame client, long number, byte[] payload) {
        to.sendMore(client.getData());
        to.sendMore(new byte[0]);
        to.sendMore(number(number));
        to.send(payload);
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    /// Without an interrupt, which would close the sockets' channels before the sockets.
    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
