package dev.sluice.simulator;

import dev.sluice.simulator.engine.CacheListener;
import dev.sluice.simulator.events.KvEventPublisher;
import dev.sluice.simulator.health.HealthServer;
import dev.sluice.simulator.http.HttpListener;
import dev.sluice.simulator.http.RequestHandler;
import dev.sluice.simulator.http.Routes;
import dev.sluice.simulator.metrics.VllmMetrics;
import dev.sluice.simulator.serving.Adapters;
import dev.sluice.simulator.serving.EngineLoop;
import dev.sluice.simulator.serving.Fault;
import dev.sluice.simulator.serving.Faults;
import dev.sluice.simulator.serving.ServerConfig;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A life of a model server: what dies with its pod, the engine, its adapters and its sockets.
final class Pod implements AutoCloseable {
    private static final double MILLIS_PER_SECOND = 1e3;

    private final EventLoop loop;
    private final EngineLoop engine;
    private final Adapters adapters;
    private final HttpListener listener;
    private final @Nullable HealthServer health;
    private final @Nullable KvEventPublisher events;

    private Pod(
            EventLoop loop,
            EngineLoop engine,
            Adapters adapters,
            HttpListener listener,
            @Nullable HealthServer health,
            @Nullable KvEventPublisher events) {
        this.events = events;
        this.loop = loop;
        this.engine = engine;
        this.adapters = adapters;
        this.listener = listener;
        this.health = health;
    }

    static Pod start(
            ServerConfig config,
            InetSocketAddress address,
            @Nullable InetSocketAddress healthAddress,
            EventLoop loop,
            Consumer<Fault> faults)
            throws IOException {
        VllmMetrics metrics =
                new VllmMetrics(config.model().name(), config.engine(), System.currentTimeMillis() / MILLIS_PER_SECOND);
        HealthServer health = healthAddress == null ? null : HealthServer.start(healthAddress, loop);
        Faults conditions = new Faults();
        KvEventPublisher events = null;
        try {
            events = publisher(config, loop, conditions);
            EngineLoop engine = new EngineLoop(
                    loop, config.engine(), metrics, conditions, events == null ? CacheListener.NONE : events);
            Adapters adapters = adapters(config, engine, health);
            Routes routes = new Routes(config, engine, adapters, metrics, faults);
            HttpListener listener = new HttpListener(address, loop, () -> new RequestHandler(routes));
            return new Pod(loop, engine, adapters, listener, health, events);
        } catch (IOException e) {
            close(health, events);
            throw e;
        }
    }

    private static @Nullable KvEventPublisher publisher(ServerConfig config, EventLoop loop, Faults faults)
            throws IOException {
        return config.kvEvents() == null
                ? null
                : new KvEventPublisher(
                        config.kvEvents(), config.pod().name(), config.model().name(), loop, faults::takeEventLoss);
    }

    private static Adapters adapters(ServerConfig config, EngineLoop engine, @Nullable HealthServer health) {
        Adapters adapters = new Adapters((name, known) -> {
            if (health != null) {
                health.set(name, known);
            }
        });
        if (health != null) {
            health.set(config.model().name(), true);
        }
        for (String adapter : config.model().adapters()) {
            adapters.add(adapter, "/adapters/" + adapter);
            engine.engine().preload(adapter);
        }
        return adapters;
    }

    InetSocketAddress address() {
        return listener.address();
    }

    @Nullable
    InetSocketAddress healthAddress() {
        return health == null ? null : health.address();
    }

    EngineLoop engine() {
        return engine;
    }

    /// Makes something wrong, or all right again; on the event loop.
    void apply(Fault fault) {
        engine.apply(fault);
        if (health != null) {
            adapters.paths()
                    .keySet()
                    .forEach(name -> health.report(name, engine.faults().serves(name)));
        }
    }

    /// Takes no more connections, and lets the answers on their way end.
    ///
    /// @return done when no connection is left
    Future<?> drain() {
        if (health != null) {
            health.drain();
        }
        return listener.drain();
    }

    /// Ends everything at once; waits for the event loop, so it must not be called on it.
    @Override
    public void close() {
        loop.submit(engine::stop).syncUninterruptibly();
        listener.close();
        close(health, events);
    }

    private static void close(@Nullable HealthServer health, @Nullable KvEventPublisher events) {
        if (health != null) {
            health.close();
        }
        if (events != null) {
            events.close();
        }
    }
}
