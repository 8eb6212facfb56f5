package dev.sluice.picker.signals;

import static dev.sluice.picker.Fixtures.POOL;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.picker.Fixtures;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.Pools.PoolSpec;
import dev.sluice.picker.settings.AdapterChecks;
import dev.sluice.picker.settings.PoolSettings;
import dev.sluice.picker.settings.SignalSettings;
import dev.sluice.picker.settings.SignalSources;
import dev.sluice.picker.telemetry.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Engines are read on, and what they said goes stale, whatever fails once or always.
class PollFaultsTest {
    private static final byte[] PAGE =
            "vllm:num_requests_running 4\nvllm:num_requests_waiting 2\n".getBytes(StandardCharsets.UTF_8);
    private static final PoolSettings QUICK = Fixtures.polled(Duration.ofMillis(10), Duration.ofMillis(100), true);
    /// No server can be at such a port, and opening a channel to it throws.
    private static final PoolSettings FAULTY = QUICK.withSignals(new SignalSettings(
            QUICK.signals().polling(),
            SignalSources.DEFAULT,
            new AdapterChecks(Set.of("sql"), false, 70_000, Duration.ofMillis(100))));
    private static final PoolId OTHER = new PoolId("ml", "other");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Pools pools = new Pools(_ -> {});
    private final AtomicBoolean clockFails = new AtomicBoolean();
    private final EnginePoller poller = new EnginePoller(pools, new Meters(registry), () -> {
        if (clockFails.get()) {
            throw new IllegalStateException("no time");
        }
        return System.nanoTime();
    });
    private volatile int status = 200;
    private HttpServer engine;

    @BeforeEach
    void start() throws IOException {
        engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        engine.createContext("/metrics", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(status, PAGE.length);
                exchange.getResponseBody().write(PAGE);
            }
        });
        engine.start();
    }

    @AfterEach
    void stop() {
        poller.close();
        engine.stop(0);
    }

    private PoolSpec pool(PoolId id, PoolSettings settings) {
        EndpointId endpoint =
                new EndpointId(id.name(), "127.0.0.1", engine.getAddress().getPort());
        return new PoolSpec(id, settings, List.of(new EndpointSpec(endpoint, Hardware.UNKNOWN, Engine.VLLM)));
    }

    private double faults() {
        return registry.find("sluice.loop.faults").tag("loop", "signals").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private Endpoint endpoint(PoolId id) {
        return pools.all().get(id).endpoint(0);
    }

    @Test
    void aTickThatFailsIsNotTheLast() {
        pools.replaceAll(List.of(pool(POOL, QUICK))).forEach(poller::follow);
        await().until(() -> endpoint(POOL).signals() != null);
        clockFails.set(true);
        await().until(() -> faults() > 0);
        clockFails.set(false);
        status = 500;
        await().until(() -> endpoint(POOL).signals() == null);
        status = 200;
        await().until(() -> endpoint(POOL).signals() != null);
    }

    @Test
    void anEndpointThatAlwaysFailsKeepsNoOtherFromBeingReadNorFromGoingStale() {
        pools.replaceAll(List.of(pool(OTHER, FAULTY), pool(POOL, QUICK))).forEach(poller::follow);
        await().until(() -> faults() > 1);
        await().until(() -> endpoint(POOL).signals() != null && endpoint(OTHER).signals() != null);
        status = 500;
        await().until(() -> endpoint(POOL).signals() == null && endpoint(OTHER).signals() == null);
    }

    /// A staleness beyond what nanoseconds can tell fails whenever it is looked for what is too old.
    @Test
    void whatCannotGoStaleKeepsNoOtherFromIt() {
        Duration forEver = Duration.ofDays(200_000);
        PoolSettings eternal = Fixtures.polled(Duration.ofMillis(10), forEver, false);
        pools.replaceAll(List.of(pool(OTHER, eternal), pool(POOL, QUICK))).forEach(poller::follow);
        await().until(() -> endpoint(POOL).signals() != null);
        status = 500;
        await().until(() -> faults() > 1 && endpoint(POOL).signals() == null);
    }
}
