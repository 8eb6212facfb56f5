package dev.sluice.picker.signals.kvevents;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMsg;

/// An engine's event sockets, doing what a test says.
final class ScriptedKvPublisher implements AutoCloseable {
    private final ZContext context = new ZContext();
    private final Queue<Runnable> script = new ConcurrentLinkedQueue<>();
    private final Map<Long, byte[]> past = new TreeMap<>();
    private final Queue<Long> asked = new ConcurrentLinkedQueue<>();
    private final ZMQ.Socket events;
    private final ZMQ.Socket replay;
    private final Thread thread;
    private volatile boolean answers = true;
    private volatile boolean closed;

    ScriptedKvPublisher(int port, int replayPort) {
        events = context.createSocket(SocketType.PUB);
        replay = context.createSocket(SocketType.ROUTER);
        for (int i = 0; !events.bind("tcp://127.0.0.1:" + port) && i < 100; i++) {
            pause();
        }
        for (int i = 0; !replay.bind("tcp://127.0.0.1:" + replayPort) && i < 100; i++) {
            pause();
        }
        thread = Thread.ofPlatform().start(this::run);
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void run() {
        while (!closed) {
            Runnable step = script.poll();
            if (step != null) {
                step.run();
            }
            ZMsg request = ZMsg.recvMsg(replay, ZMQ.DONTWAIT);
            if (request != null) {
                long from = ByteBuffer.wrap(request.getLast().getData()).getLong();
                asked.add(from);
                if (answers) {
                    past.forEach((number, payload) -> {
                        if (number >= from) {
                            answer(request.getFirst().getData(), number, payload);
                        }
                    });
                    answer(request.getFirst().getData(), -1, new byte[0]);
                }
            }
            if (step == null && request == null) {
                pause();
            }
        }
        context.close();
    }

    private void answer(byte[] client, long number, byte[] payload) {
        replay.sendMore(client);
        replay.sendMore(new byte[0]);
        replay.sendMore(bytes(number));
        replay.send(payload);
    }

    /// Where replays were asked to begin.
    Queue<Long> asked() {
        return new ArrayDeque<>(asked);
    }

    void answerReplays(boolean whether) {
        answers = whether;
    }

    /// Keeps a batch for replays, and publishes it.
    void publish(long number, byte[] payload) {
        perform(() -> {
            past.put(number, payload);
            send(number, payload);
        });
    }

    /// Keeps a batch for replays only.
    void lose(long number, byte[] payload) {
        perform(() -> past.put(number, payload));
    }

    /// Publishes a batch that cannot be replayed.
    void publishOnce(long number, byte[] payload) {
        perform(() -> send(number, payload));
    }

    private void send(long number, byte[] payload) {
        events.sendMore("kv@pod@model");
        events.sendMore(bytes(number));
        events.send(payload);
    }

    private void perform(Runnable step) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        script.add(() -> {
            step.run();
            done.complete(null);
        });
        done.join();
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    /// A batch with one block of 4 tokens.
    static byte[] stored(long hash, long parent, int... tokens) {
        try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
            out.packArrayHeader(2).packDouble(1.5).packArrayHeader(1).packArrayHeader(6);
            out.packString("BlockStored").packArrayHeader(1).packLong(hash);
            if (parent == 0) {
                out.packNil();
            } else {
                out.packLong(parent);
            }
            out.packArrayHeader(tokens.length);
            for (int token : tokens) {
                out.packInt(token);
            }
            out.packInt(tokens.length).packNil();
            return out.toByteArray();
        } catch (IOException never) {
            throw new IllegalStateException(never);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
