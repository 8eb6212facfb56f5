package dev.sluice.simulator;

import dev.sluice.simulator.health.HealthServer;
import dev.sluice.simulator.http.HttpListener;
import dev.sluice.simulator.http.RequestHandler;
import dev.sluice.simulator.http.Routes;
import dev.sluice.simulator.metrics.VllmMetrics;
import dev.sluice.simulator.serving.Adapters;
import dev.sluice.simulator.serving.EngineLoop;
import dev.sluice.simulator.serving.Fault;
import dev.sluice.simulator.serving.ServerConfig;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One life of a model server: what dies with its pod, the engine, its adapters and its sockets.
final class Pod implements AutoCloseable {
    private static final double MILLIS_PER_SECOND = 1e3;

    private final EventLoop loop;
    private final EngineLoop engine;
    private final Adapters adapters;
    private final HttpListener listener;
    private final @Nullable HealthServer health;

    private Pod(
            EventLoop loop,
            EngineLoop engine,
            Adapters adapters,
            HttpListener listener,
            @Nullable HealthServer health) {
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
                new VllmMetrics(config.model(), config.engine(), System.currentTimeMillis() / MILLIS_PER_SECOND);
        EngineLoop engine = new EngineLoop(loop, config.engine(), metrics);
        HealthServer health = healthAddress == null ? null : HealthServer.start(healthAddress, loop);
        Adapters adapters = new Adapters((name, known) -> {
            if (health != null) {
                health.set(name, known);
            }
        });
        if (health != null) {
            health.set(config.model(), true);
        }
        for (String adapter : config.adapters()) {
            adapters.add(adapter, "/adapters/" + adapter);
            engine.engine().preload(adapter);
        }
        Routes routes = new Routes(config, engine, adapters, metrics, faults);
        try {
            HttpListener listener = new HttpListener(address, loop, () -> new RequestHandler(routes));
            return new Pod(loop, engine, adapters, listener, health);
        } catch (IOException e) {
            if (health != null) {
                health.close();
            }
            throw e;
        }
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

    /// Ends everything at once; waits for the event loop, so it must not be called on it.
    @Override
    public void close() {
        loop.submit(engine::stop).syncUninterruptibly();
        listener.close();
        if (health != null) {
            health.close();
        }
    }
}
