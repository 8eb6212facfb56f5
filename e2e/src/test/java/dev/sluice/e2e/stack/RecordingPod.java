package dev.sluice.e2e.stack;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A pod that is no model server: it keeps every request that reaches it, except what the picker asks for
/// itself, and answers as it is told.
public final class RecordingPod implements AutoCloseable {
    /// What arrived, byte for byte.
    public record Received(String method, String path, Headers headers, byte[] body) {
        public String header(String name) {
            return String.valueOf(headers.getFirst(name));
        }
    }

    /// Answers one request.
    public interface Answer {
        void to(HttpExchange exchange, Received request) throws IOException;
    }

    /// Envoy gives every request one; the picker's own, for metrics and models, have none.
    private static final String REQUEST_ID = "x-request-id";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private volatile Answer answer = status(200, "ok");

    private RecordingPod(InetSocketAddress address) throws IOException {
        server = HttpServer.create(address, 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                Received request = new Received(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().toString(),
                        exchange.getRequestHeaders(),
                        exchange.getRequestBody().readAllBytes());
                if (!request.headers().containsKey(REQUEST_ID)) {
                    exchange.sendResponseHeaders(404, -1);
                } else {
                    received.add(request);
                    answer.to(exchange, request);
                }
            }
        });
        server.start();
    }

    /// A pod that answers everything with 200.
    public static RecordingPod start(InetSocketAddress address) throws IOException {
        return new RecordingPod(address);
    }

    public static Answer status(int status, String body) {
        return (exchange, _) -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        };
    }

    public void answer(Answer next) {
        answer = next;
    }

    public List<Received> received() {
        return List.copyOf(received);
    }

    /// The only request that came.
    public Received only() {
        if (received.size() != 1) {
            throw new AssertionError("expected one request, got " + received.size());
        }
        return received.getFirst();
    }

    /// Forgets what came, and answers with 200 again.
    public void reset() {
        received.clear();
        answer = status(200, "ok");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
