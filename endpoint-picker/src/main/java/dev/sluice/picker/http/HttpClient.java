package dev.sluice.picker.http;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Sends requests from any thread over connections that are kept for the next ones, and collects whole answers
/// of any status. Answers arrive on the event loop.
public final class HttpClient {
    private static final int MOST_IDLE_PER_ORIGIN = 16;
    private static final long LONGEST_IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long LOOK_MILLIS = 5_000;

    private final EventLoopThread loop;
    private final TlsTrust trust;
    private final Map<Origin, Deque<IdleConnection>> idle = new HashMap<>();

    private record IdleConnection(HttpConnection connection, long sinceNanos) {}

    public HttpClient(EventLoopThread loop, TlsTrust trust) {
        this.loop = loop;
        this.trust = trust;
        loop.every(LOOK_MILLIS, this::closeIdle);
    }

    public CompletableFuture<HttpAnswer> send(Origin origin, OutgoingRequest request) {
        CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
        if (!loop.execute(() -> begin(origin, request, answer))) {
            answer.completeExceptionally(new IOException("the client is closed"));
        }
        return answer;
    }

    private void begin(Origin origin, OutgoingRequest request, CompletableFuture<HttpAnswer> answer) {
        IdleConnection kept = idle.getOrDefault(origin, new ArrayDeque<>()).pollLast();
        HttpConnection connection = kept == null ? new HttpConnection(loop, trust) : kept.connection();
        connection.send(origin, request, new Collector(origin, connection, answer));
    }

    private void keep(Origin origin, HttpConnection connection) {
        Deque<IdleConnection> own = idle.computeIfAbsent(origin, _ -> new ArrayDeque<>());
        if (own.size() < MOST_IDLE_PER_ORIGIN) {
            own.addLast(new IdleConnection(connection, loop.nanos()));
        } else {
            connection.close();
        }
    }

    private void closeIdle() {
        long now = loop.nanos();
        idle.values()
                .forEach(own -> own.removeIf(each -> {
                    boolean over = now - each.sinceNanos() > LONGEST_IDLE_NANOS;
                    if (over) {
                        each.connection().close();
                    }
                    return over;
                }));
        idle.values().removeIf(Deque::isEmpty);
    }

    /// Collects one answer.
    private final class Collector extends BodyCollector {
        private final Origin origin;
        private final HttpConnection connection;
        private final CompletableFuture<HttpAnswer> answer;
        private int status;

        Collector(Origin origin, HttpConnection connection, CompletableFuture<HttpAnswer> answer) {
            this.origin = origin;
            this.connection = connection;
            this.answer = answer;
        }

        @Override
        public boolean reads(int answered) {
            status = answered;
            return true;
        }

        @Override
        protected void collected(byte[] whole) {
            keep(origin, connection);
            answer.complete(new HttpAnswer(status, whole));
        }

        @Override
        public void failed(Throwable cause) {
            answer.completeExceptionally(cause);
        }
    }
}
