package dev.sluice.picker.signals;

import static dev.sluice.picker.Fixtures.POOL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.picker.Fixtures;
import dev.sluice.picker.http.RawServer;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.Pools.PoolSpec;
import dev.sluice.picker.pool.signal.EngineTotals;
import dev.sluice.picker.settings.PoolSettings;
import dev.sluice.picker.signals.engine.EnginePages;
import dev.sluice.picker.signals.polling.EngineListener;
import dev.sluice.picker.telemetry.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The poller against an HTTP server that says what the test wants.
class EnginePollerTest {
    private static final PoolSettings QUICK = Fixtures.polled(Duration.ofMillis(10), Duration.ofMillis(100), true);
    private static final PoolSettings RESTING = Fixtures.polled(Duration.ofMillis(10), Duration.ofSeconds(2), true);
    private static final String BUSY = "vllm:num_requests_running 4\nvllm:num_requests_waiting 2\n";
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Pools pools = new Pools(_ -> {});
    private final List<EngineTotals> counted = new CopyOnWriteArrayList<>();
    private final List<Endpoint> silent = new CopyOnWriteArrayList<>();
    private final EnginePoller poller =
            new EnginePoller(pools, new Meters(registry), System::nanoTime, new EngineListener() {
                @Override
                public Consumer<EngineTotals> totals(Endpoint endpoint) {
                    return counted::add;
                }

                @Override
                public void expired(Endpoint endpoint) {
                    silent.add(endpoint);
                }
            });
    private final Set<Integer> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger reads = new AtomicInteger();
    private volatile int status = 200;
    private volatile String page = BUSY;
    private volatile boolean chunked;
    private volatile Map<String, List<String>> headers = Map.of();
    private HttpServer engine;

    @BeforeEach
    void start() throws IOException {
        engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        engine.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        serve("/metrics");
        engine.start();
    }

    private void serve(String path) {
        engine.createContext(path, exchange -> {
            try (exchange) {
                reads.incrementAndGet();
                connections.add(exchange.getRemoteAddress().getPort());
                exchange.getRequestBody().readAllBytes();
                byte[] body = page.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().putAll(headers);
                exchange.sendResponseHeaders(status, chunked ? 0 : body.length);
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(body);
                }
            }
        });
    }

    @AfterEach
    void stop() {
        poller.close();
        engine.stop(0);
    }

    private Endpoint follow() {
        return follow(engine.getAddress().getPort(), QUICK);
    }

    private Endpoint follow(int port, PoolSettings settings) {
        return follow(port, settings, Engine.VLLM);
    }

    private Endpoint follow(int port, PoolSettings settings, Engine kind) {
        EndpointId id = new EndpointId("pod", "127.0.0.1", port);
        pools.replaceAll(List.of());
        Endpoint endpoint = pools.replaceAll(
                        List.of(new PoolSpec(POOL, settings, List.of(new EndpointSpec(id, Hardware.UNKNOWN, kind)))))
                .getFirst();
        poller.follow(endpoint);
        return endpoint;
    }

    private double errors() {
        return registry.find("sluice.scrape.errors").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Test
    void readsAgainAndAgainOverOneConnection() {
        Endpoint endpoint = follow();
        await().until(() -> endpoint.signals() != null && reads.get() > 10);
        assertThat(endpoint.signals().running()).isEqualTo(4);
        assertThat(endpoint.signals().waiting()).isEqualTo(2);
        assertThat(connections).hasSize(1);
        assertThat(errors()).isZero();
    }

    @Test
    void handsOverWhatTheEngineHasCounted() {
        page = BUSY + "vllm:prompt_tokens_total{model_name=\"m\"} 1607\n";
        Endpoint endpoint = follow();
        await().until(() -> counted.size() > 3);
        assertThat(endpoint.totals().promptTokens()).isEqualTo(1_607);
        assertThat(counted).allMatch(totals -> totals.promptTokens() == 1_607);
    }

    @Test
    void notesHowMuchOfTheEnginesWorkIsItsOwn() {
        Endpoint endpoint = follow();
        endpoint.inFlight().place(0, 1, 1);
        await().until(() -> endpoint.signals() != null && endpoint.signals().ownInFlight() == 1);
        assertThat(endpoint.signals().requestsFromOthers()).isEqualTo(5);
    }

    @Test
    void anErrorIsCountedAndTheSignalsGoStaleUntilItIsOver() {
        Endpoint endpoint = follow();
        await().until(() -> endpoint.signals() != null);
        status = 500;
        assertThat(silent).isEmpty();
        await().until(() -> errors() > 0 && endpoint.signals() == null);
        await().untilAsserted(() -> assertThat(silent).containsExactly(endpoint));
        status = 200;
        await().until(() -> endpoint.signals() != null);
    }

    @Test
    void anEndpointWhosePodIsRelabelledIsReadAsWhatItIsCalledNow() {
        Endpoint endpoint = follow();
        await().until(() -> endpoint.signals() != null);
        page = EnginePages.TGI;
        EndpointSpec relabelled = new EndpointSpec(endpoint.id(), Hardware.UNKNOWN, Engine.TGI);
        assertThat(pools.replaceAll(List.of(new PoolSpec(POOL, QUICK, List.of(relabelled)))))
                .isEmpty();
        await().until(() -> endpoint.signals() != null && endpoint.signals().running() == 24);
    }

    @Test
    void aPageThatIsCutShortEndsNothing() {
        Endpoint endpoint = follow();
        await().until(() -> endpoint.signals() != null);
        page = "vllm:num_requests_running{engine=\"0";
        await().until(() -> errors() > 0 && endpoint.signals() == null);
        page = BUSY;
        await().until(() -> endpoint.signals() != null);
    }

    @Test
    void anEngineThatNobodyNamesIsKnownByItsPageAndAgainWhenItIsAnother() {
        Endpoint endpoint = follow(engine.getAddress().getPort(), QUICK, Engine.DETECTED);
        await().until(() -> endpoint.signals() != null && endpoint.signals().running() == 4);
        assertThat(errors()).isZero();
        page = EnginePages.TGI;
        await().until(() -> endpoint.signals() != null && endpoint.signals().running() == 24);
        assertThat(errors()).isPositive();
    }

    @Test
    void aPageIsFoundWhereTheEngineHasIt() {
        engine.removeContext("/metrics");
        serve("/prometheus/metrics");
        page = EnginePages.TRTLLM_SERVE;
        Endpoint named = follow(engine.getAddress().getPort(), QUICK, Engine.TRTLLM_SERVE);
        await().until(() -> named.signals() != null && named.signals().waiting() == 8);
        assertThat(errors()).isZero();
        Endpoint unnamed = follow(engine.getAddress().getPort(), QUICK, Engine.DETECTED);
        await().until(() -> unnamed.signals() != null && unnamed.signals().waiting() == 8);
        double before = errors();
        int reads = this.reads.get();
        await().until(() -> this.reads.get() > reads + 10);
        assertThat(errors()).isEqualTo(before);
    }

    @Test
    void tritonsPageIsFoundOnItsOwnPort() throws IOException {
        SplittableRandom random = new SplittableRandom();
        String ip = "127." + random.nextInt(2, 250) + "." + random.nextInt(250) + "." + random.nextInt(2, 250);
        HttpServer api = HttpServer.create(new InetSocketAddress(ip, 0), 0);
        HttpServer metrics = HttpServer.create(new InetSocketAddress(ip, 8002), 0);
        metrics.createContext("/metrics", exchange -> {
            try (exchange) {
                byte[] body = EnginePages.TRITON_TENSORRT_LLM.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        api.start();
        metrics.start();
        try {
            EndpointId id = new EndpointId("pod", ip, api.getAddress().getPort());
            for (Engine kind : List.of(Engine.TRITON_TENSORRT_LLM, Engine.DETECTED)) {
                pools.replaceAll(List.of());
                Endpoint endpoint = pools.replaceAll(List.of(
                                new PoolSpec(POOL, QUICK, List.of(new EndpointSpec(id, Hardware.UNKNOWN, kind)))))
                        .getFirst();
                poller.follow(endpoint);
                await().until(() ->
                        endpoint.signals() != null && endpoint.signals().waiting() == 5);
            }
            double before = errors();
            await().during(Duration.ofMillis(200)).until(() -> errors() == before);
        } finally {
            api.stop(0);
            metrics.stop(0);
        }
    }

    @Test
    void anEndpointWithoutWorkIsReadLessOftenUntilARequestIsPlacedThere() throws InterruptedException {
        page = "vllm:num_requests_running 0\nvllm:num_requests_waiting 0\n";
        Endpoint endpoint = follow(engine.getAddress().getPort(), RESTING);
        await().until(() -> reads.get() > 10);
        int resting = readsWithin(600);
        endpoint.inFlight().place(0, 1, 1);
        await().until(() -> endpoint.signals() != null && endpoint.signals().ownInFlight() == 1);
        assertThat(readsWithin(600)).isGreaterThan(3 * resting);
        assertThat(errors()).isZero();
    }

    private int readsWithin(long millis) throws InterruptedException {
        int before = reads.get();
        Thread.sleep(millis);
        return reads.get() - before;
    }

    @Test
    void anEndpointThatLeavesIsReadNoMore() throws InterruptedException {
        follow();
        await().until(() -> reads.get() > 2);
        pools.replaceAll(List.of());
        Thread.sleep(100);
        int after = reads.get();
        Thread.sleep(100);
        assertThat(reads.get()).isEqualTo(after);
    }

    @Test
    void pagesMayComeInChunks() {
        chunked = true;
        page = "# nothing\n".repeat(20_000) + BUSY;
        Endpoint endpoint = follow();
        await().until(() -> endpoint.signals() != null && reads.get() > 5);
        assertThat(endpoint.signals().running()).isEqualTo(4);
        assertThat(connections).hasSize(1);
        assertThat(errors()).isZero();
    }

    @Test
    void aServerMayCloseEachConnection() {
        headers = Map.of("Connection", List.of("close"));
        Endpoint endpoint = follow();
        await().until(() -> endpoint.signals() != null && connections.size() > 5);
        assertThat(errors()).isZero();
    }

    /// Python's frameworks send `/metrics` to `/metrics/`, with the server's own address or without.
    @ParameterizedTest
    @ValueSource(strings = {"/there/", "http://127.0.0.1:%d/there/"})
    void aRedirectOnTheSameServerIsFollowedAndRemembered(String location) {
        headers = Map.of(
                "Location", List.of(location.formatted(engine.getAddress().getPort())));
        status = 307;
        AtomicInteger there = new AtomicInteger();
        engine.createContext("/there/", exchange -> {
            try (exchange) {
                there.incrementAndGet();
                exchange.sendResponseHeaders(200, BUSY.length());
                exchange.getResponseBody().write(BUSY.getBytes(StandardCharsets.UTF_8));
            }
        });
        Endpoint endpoint = follow();
        await().until(() -> endpoint.signals() != null && there.get() > 5);
        assertThat(errors()).isZero();
        assertThat(reads).as("asked once where the page is").hasValue(1);
        engine.removeContext("/there/");
        status = 200;
        await().until(() -> reads.get() > 3);
        await().until(() -> endpoint.signals() != null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:%d/elsewhere",
                "//127.0.0.1:%d/elsewhere",
                "https://127.0.0.1:%d/elsewhere",
                "http://127.0.0.1:%d0/elsewhere",
                "no address",
                "/metrics",
                "/metrics/again"
            })
    void aRedirectToAnotherServerOrInACircleIsAnError(String location) {
        AtomicInteger elsewhere = new AtomicInteger();
        engine.createContext("/elsewhere", exchange -> {
            elsewhere.incrementAndGet();
            exchange.close();
        });
        status = 302;
        headers = Map.of(
                "Location", List.of(location.formatted(engine.getAddress().getPort())));
        Endpoint endpoint = follow();
        await().until(() -> errors() > 1);
        assertThat(endpoint.signals()).isNull();
        assertThat(elsewhere).hasValue(0);
    }

    @Test
    void anEngineWhoseQueueIsNoNumberIsUnreadUntilItIs() {
        page = BUSY.replace("waiting 2", "waiting +Inf");
        Endpoint endpoint = follow();
        await().until(() -> errors() > 1);
        assertThat(endpoint.signals()).isNull();
        assertThat(registry.get("sluice.signal.rejected")
                        .tags("source", "engine", "reason", "not_finite")
                        .counter()
                        .count())
                .isPositive();
        page = BUSY;
        await().until(() -> endpoint.signals() != null);
    }

    @Test
    void aPageWithoutEndIsAnError() {
        chunked = true;
        page = BUSY + "# nothing\n".repeat(2_000_000);
        Endpoint endpoint = follow();
        await().until(() -> errors() > 0);
        assertThat(endpoint.signals()).isNull();
    }

    @Test
    void failingReadsAreFurtherAndFurtherApart() throws InterruptedException {
        status = 500;
        follow();
        await().until(() -> reads.get() > 2);
        reads.set(0);
        Thread.sleep(1_000);
        assertThat(reads).hasValueLessThan(10);
    }

    @Test
    void aConnectionThatTheServerClosedBetweenTwoReadsIsNoError() throws IOException {
        try (RawServer server = new RawServer(socket -> {
            RawServer.readRequest(socket);
            socket.getOutputStream()
                    .write(("HTTP/1.1 200 OK\r\nContent-Length: " + BUSY.length() + "\r\n\r\n" + BUSY)
                            .getBytes(StandardCharsets.UTF_8));
            // The next request is on its way when the connection ends.
            RawServer.readRequest(socket);
        })) {
            Endpoint endpoint = follow(server.port(), QUICK);
            await().until(() -> endpoint.signals() != null && server.accepted() > 5);
            assertThat(errors()).isZero();
        }
    }

    @Test
    void whatIsNoHttpIsAnError() throws IOException {
        try (RawServer server = new RawServer(socket -> {
            RawServer.readRequest(socket);
            socket.getOutputStream().write(BUSY.getBytes(StandardCharsets.UTF_8));
        })) {
            Endpoint endpoint = follow(server.port(), QUICK);
            await().until(() -> errors() > 1);
            assertThat(endpoint.signals()).isNull();
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsGivenUpAndAskedAgain() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (RawServer server = new RawServer(_ -> never.await())) {
            follow(server.port(), QUICK);
            await().until(() -> errors() > 0 && server.accepted() > 1);
        } finally {
            never.countDown();
        }
    }

    @Test
    void aServerThatIsNotThereYetIsFoundOnceItIs() throws IOException {
        int port;
        try (RawServer gone = new RawServer(_ -> {})) {
            port = gone.port();
        }
        Endpoint endpoint = follow(port, QUICK);
        await().until(() -> errors() > 0);
        assertThat(endpoint.signals()).isNull();
        HttpServer late = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        late.createContext("/metrics", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, BUSY.length());
                exchange.getResponseBody().write(BUSY.getBytes(StandardCharsets.UTF_8));
            }
        });
        late.start();
        try {
            await().until(() -> endpoint.signals() != null);
        } finally {
            late.stop(0);
        }
    }
}
