package dev.sluice.picker.signals.kvevents;

import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.settings.KvEventPorts;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZFrame;
import org.zeromq.ZMQ;
import org.zeromq.ZMsg;

/// The sockets of an engine's events: a subscription to new batches, and a second socket during a replay.
///
/// The subscribing socket lives as long as its connection. Batches of a new connection may come from a
/// restarted engine and must not follow batches of the old connection in the same queue.
final class KvSubscription {
    /// A replay without a batch for so long has failed.
    private static final long REPLAY_TIMEOUT = TimeUnit.SECONDS.toNanos(5);

    private static final int HEARTBEAT_MILLIS = 1_000;
    private static final int HEARTBEAT_TIMEOUT_MILLIS = 3_000;
    /// JeroMQ 0.6 sometimes connects and never begins the handshake, in a tenth of cases under load; it
    /// connects again after this time.
    private static final int HANDSHAKE_MILLIS = 500;

    private static final int RECONNECT_MILLIS = 100;
    private static final int RECONNECT_MOST_MILLIS = 5_000;
    /// More batches than a replay sends at once, which is 10,000 by default in vLLM. Batches beyond are lost and
    /// replayed as a gap.
    private static final int QUEUE_BATCHES = 16_384;

    private static final int MOST_AT_ONCE = 1_000;

    private final ZContext context;
    private final KvEventPorts ports;
    private final KvCacheMirror mirror;
    private final KvSequence sequence;

    private ZMQ.Socket events;
    private Link link = new Link();
    private ZMQ.@Nullable Socket replay;
    private long replayReadAt;

    /// The state of the connection, as the socket's own thread sees it.
    private static final class Link {
        volatile boolean up;
        volatile boolean lost;
        boolean started;
    }

    KvSubscription(ZContext context, KvEventPorts ports, KvCacheMirror mirror) {
        this.context = context;
        this.ports = ports;
        this.mirror = mirror;
        this.sequence = new KvSequence(mirror);
        this.events = open();
    }

    KvCacheMirror mirror() {
        return mirror;
    }

    KvEventPorts ports() {
        return ports;
    }

    boolean isConnected() {
        return link.up && !link.lost;
    }

    /// The address at which the engine should publish its events.
    String eventsAddress() {
        return address(ports.events(id()));
    }

    private ZMQ.Socket open() {
        Link own = new Link();
        link = own;
        ZMQ.Socket socket = context.createSocket(SocketType.SUB);
        try {
            connect(socket, own);
            return socket;
        } catch (RuntimeException | Error fault) {
            socket.close();
            throw fault;
        }
    }

    private void connect(ZMQ.Socket socket, Link own) {
        configure(socket);
        socket.setReconnectIVL(RECONNECT_MILLIS);
        socket.setReconnectIVLMax(RECONNECT_MOST_MILLIS);
        socket.setHeartbeatIvl(HEARTBEAT_MILLIS);
        socket.setHeartbeatTimeout(HEARTBEAT_TIMEOUT_MILLIS);
        socket.setEventHook(
                event -> {
                    switch (event.getEvent()) {
                        case HANDSHAKE_PROTOCOL -> own.up = true;
                        case DISCONNECTED -> own.lost = own.up;
                        default -> {}
                    }
                },
                ZMQ.EVENT_HANDSHAKE_PROTOCOL | ZMQ.EVENT_DISCONNECTED);
        // Engines choose their topics freely, so all topics of the port are taken.
        socket.subscribe(ZMQ.SUBSCRIPTION_ALL);
        socket.connect(eventsAddress());
    }

    private static void configure(ZMQ.Socket socket) {
        socket.setLinger(0);
        socket.setRcvHWM(QUEUE_BATCHES);
        socket.setHandshakeIvl(HANDSHAKE_MILLIS);
    }

    /// Adds the sockets to wait for.
    void addSockets(List<ZMQ.Socket> to) {
        to.add(events);
        if (replay != null) {
            to.add(replay);
        }
    }

    /// Reads what has arrived.
    ///
    /// @return whether anything had arrived
    boolean poll(long now) {
        if (link.lost) {
            events.close();
            stopReplay();
            sequence.disconnected();
            events = open();
        } else if (link.up && !link.started) {
            link.started = true;
            replay(sequence.connected(canReplay()), now);
        }
        return replay == null ? readNew(now) : readReplay(replay, now);
    }

    /// Withdraws the endpoint's blocks first, because closing a socket may fail.
    void close() {
        mirror.leave();
        stopReplay();
        events.close();
    }

    /// Reads new batches. During a replay they wait in the socket's queue.
    private boolean readNew(long now) {
        boolean some = false;
        for (int i = 0; i < MOST_AT_ONCE && replay == null; i++) {
            ZMsg message = ZMsg.recvMsg(events, ZMQ.DONTWAIT);
            if (message == null) {
                return some;
            }
            some = true;
            byte[] payload = last(message);
            long number = number(message);
            if (number < 0) {
                mirror.meters().event(mirror.endpoint().pool(), "invalid");
            } else {
                replay(sequence.live(number, payload, canReplay()), now);
            }
        }
        return some;
    }

    private boolean readReplay(ZMQ.Socket from, long now) {
        for (int i = 0; i < MOST_AT_ONCE && from.equals(replay); i++) {
            ZMsg message = ZMsg.recvMsg(from, ZMQ.DONTWAIT);
            if (message == null) {
                if (now - replayReadAt > REPLAY_TIMEOUT) {
                    stopReplay();
                    sequence.replayFailed();
                }
                return i > 0;
            }
            replayReadAt = now;
            byte[] payload = last(message);
            long number = number(message);
            if (number >= 0) {
                replay(sequence.replayed(number, payload), now);
            } else {
                stopReplay();
                replay(sequence.replayEnded(), now);
            }
        }
        return true;
    }

    private boolean canReplay() {
        return ports.replay(id()) != 0;
    }

    /// Asks for a replay, as a REQ socket would: an empty frame before the number.
    private void replay(long number, long now) {
        if (number == KvSequence.NONE) {
            return;
        }
        stopReplay();
        ZMQ.Socket socket = context.createSocket(SocketType.DEALER);
        configure(socket);
        socket.connect(address(ports.replay(id())));
        socket.sendMore(new byte[0]);
        socket.send(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
        replay = socket;
        replayReadAt = now;
    }

    private void stopReplay() {
        if (replay != null) {
            replay.close();
            replay = null;
        }
    }

    private static byte[] last(ZMsg message) {
        ZFrame frame = message.pollLast();
        return frame == null ? new byte[0] : frame.getData();
    }

    /// The batch's number, from the frame before the payload: eight bytes, big-endian. −1 ends a replay, and
    /// stands for a frame of another size.
    private static long number(ZMsg message) {
        ZFrame frame = message.pollLast();
        return frame == null || frame.size() != Long.BYTES
                ? KvSequence.NONE
                : ByteBuffer.wrap(frame.getData()).getLong();
    }

    private EndpointId id() {
        return mirror.endpoint().id();
    }

    private String address(int port) {
        String ip = id().ip();
        return "tcp://" + (ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip) + ":" + port;
    }
}
