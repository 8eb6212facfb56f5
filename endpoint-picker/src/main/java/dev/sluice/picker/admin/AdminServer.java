package dev.sluice.picker.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.journal.Journal;
import dev.sluice.picker.pool.Pools;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongBiFunction;

/// The picker's HTTP server for people and for Prometheus.
///
/// | path | what |
/// |---|---|
/// | `/metrics` | all meters, in the Prometheus text format |
/// | `/explain/{request-id}` | why a request went where it went, as JSON; 404 when it has left the journal |
/// | `/pools` | every endpoint, its last signals and what is in flight there, as JSON |
/// | `/status` | ready endpoints, saturation and requests of each pool, model and target, for the operator, as JSON |
/// | `/rates` | how fast each kind of hardware is, as published and as learned, as JSON |
/// | `/healthz`, `/readyz` | 200, or 503 while the picker does not serve |
public final class AdminServer implements AutoCloseable {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String JSON = "application/json";
    private static final String EXPLAIN = "/explain/";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// The views that the server shows.
    ///
    /// @param ready whether the picker serves
    public record Views(
            Supplier<String> metrics, Journal journal, RateBook rates, BooleanSupplier ready, ServedPools served) {}

    /// The pools and models that the picker serves.
    ///
    /// @param requests how many were placed, by pool and target
    public record ServedPools(Pools pools, Supplier<Catalog> catalog, ToLongBiFunction<PoolId, Target> requests) {}

    private record JsonAnswer(int status, String contentType, String body) {}

    /// Answers one request.
    private interface Page {
        JsonAnswer answer(String path);
    }

    private AdminServer(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
    }

    /// Starts serving; port 0 takes a free one.
    public static AdminServer start(InetSocketAddress address, Views views) throws IOException {
        AdminServer admin = new AdminServer(HttpServer.create(address, 0));
        admin.page("/metrics", _ -> new JsonAnswer(200, TEXT, views.metrics().get()));
        admin.page(EXPLAIN, path -> explain(views.journal(), path));
        admin.page(
                "/pools",
                _ -> new JsonAnswer(200, JSON, Json.pools(views.served().pools())));
        admin.page("/status", _ -> new JsonAnswer(200, JSON, status(views.served())));
        admin.page("/rates", _ -> new JsonAnswer(200, JSON, Json.rates(views.rates())));
        admin.page("/healthz", _ -> new JsonAnswer(200, TEXT, "ok\n"));
        admin.page("/readyz", _ -> ready(views.ready().getAsBoolean()));
        admin.server.start();
        return admin;
    }

    private static String status(ServedPools served) {
        return StatusPage.of(served.pools(), served.catalog().get(), served.requests());
    }

    private static JsonAnswer explain(Journal journal, String path) {
        String requestId = path.substring(EXPLAIN.length());
        return journal.find(requestId)
                .map(decision -> new JsonAnswer(200, JSON, Json.decision(decision)))
                .orElseGet(
                        () -> new JsonAnswer(404, TEXT, "no decision for request " + requestId + " in the journal\n"));
    }

    private static JsonAnswer ready(boolean ready) {
        return ready ? new JsonAnswer(200, TEXT, "ready\n") : new JsonAnswer(503, TEXT, "not ready\n");
    }

    private void page(String path, Page page) {
        server.createContext(path, exchange -> {
            try (exchange) {
                write(exchange, page.answer(exchange.getRequestURI().getPath()));
            }
        });
    }

    private static void write(HttpExchange exchange, JsonAnswer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.contentType());
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
