package dev.sluice.operator.telemetry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// The operator's HTTP server.
///
/// | path | what |
/// |---|---|
/// | `/metrics` | all meters, in the Prometheus text format |
/// | `/healthz` | 200 |
/// | `/readyz` | 200 once Envoys get their configuration from here, 503 before; the leader and the others alike |
public final class AdminServer implements AutoCloseable {

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private record Answer(int status, String body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private AdminServer(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
    }

    /// Starts serving; port 0 takes a free one.
    public static AdminServer start(InetSocketAddress address, Supplier<String> metrics, BooleanSupplier ready)
            throws IOException {
        AdminServer admin = new AdminServer(HttpServer.create(address, 0));
        admin.page("/metrics", () -> new Answer(200, metrics.get()));
        admin.page("/healthz", () -> new Answer(200, "ok\n"));
        admin.page("/readyz", () -> ready.getAsBoolean() ? new Answer(200, "ready\n") : new Answer(503, "not ready\n"));
        admin.server.start();
        return admin;
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void page(String path, Supplier<Answer> page) {
        server.createContext(path, exchange -> {
            try (exchange) {
                write(exchange, page.get());
            }
        });
    }

    private static void write(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", TEXT);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
