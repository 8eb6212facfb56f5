package dev.sluice.simulator;

import dev.sluice.simulator.http.ExporterHandler;
import dev.sluice.simulator.http.HttpListener;
import dev.sluice.simulator.metrics.DcgmMetrics;
import dev.sluice.simulator.metrics.GpuReading;
import dev.sluice.simulator.serving.EngineLoop;
import dev.sluice.simulator.serving.Fault;
import dev.sluice.simulator.serving.ServerConfig;
import dev.sluice.simulator.serving.ServerStats;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A simulated model server: looks like vLLM from outside, with a step model for an engine.
///
/// All methods can be called from any thread; they wait for the server's event loop.
public final class ModelServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelServer.class);

    private final ServerConfig config;
    private final EventLoop loop;
    private final @Nullable EventLoopGroup ownGroup;
    private final @Nullable HttpListener exporter;
    private final InetSocketAddress address;
    private final @Nullable InetSocketAddress healthAddress;
    private volatile @Nullable Pod pod;

    private ModelServer(ServerConfig config, EventLoop loop, @Nullable EventLoopGroup ownGroup) throws IOException {
        this.config = config;
        this.loop = loop;
        this.ownGroup = ownGroup;
        Pod first =
                Pod.start(config, config.addresses().api(), config.addresses().health(), loop, this::faultOnLoop);
        this.pod = first;
        this.address = first.address();
        this.healthAddress = first.healthAddress();
        DcgmMetrics dcgm = new DcgmMetrics(
                config.engine().profile(),
                config.pod().namespace(),
                config.pod().name());
        this.exporter = config.addresses().dcgm() == null
                ? null
                : new HttpListener(
                        config.addresses().dcgm(), loop, () -> new ExporterHandler(() -> dcgm.render(reading())));
        LOG.atInfo()
                .addKeyValue("pod", config.pod().name())
                .addKeyValue("address", address)
                .addKeyValue("model", config.model().name())
                .addKeyValue("profile", config.engine().profile().name())
                .log("model server listens");
    }

    /// Starts a server with an event loop of its own.
    public static ModelServer start(ServerConfig config) throws IOException {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            return new ModelServer(config, group.next(), group);
        } catch (IOException | RuntimeException e) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
            throw e;
        }
    }

    static ModelServer start(ServerConfig config, EventLoop loop) throws IOException {
        return new ModelServer(config, loop, null);
    }

    public ServerConfig config() {
        return config;
    }

    /// The address where it serves, with the port that was taken.
    public InetSocketAddress address() {
        return address;
    }

    /// The address where it serves gRPC health, or null.
    public @Nullable InetSocketAddress healthAddress() {
        return healthAddress;
    }

    /// The address where its DCGM exporter listens, or null.
    public @Nullable InetSocketAddress dcgmAddress() {
        return exporter == null ? null : exporter.address();
    }

    /// The counters since the start, or since the last revival.
    ///
    /// @throws IllegalStateException when it is dead
    public ServerStats stats() {
        EngineLoop engine = alive().engine();
        return onLoop(engine::stats);
    }

    /// Makes it as cold as after its start: no cached prefix, no adapter on the GPU; what runs goes on.
    public void reset() {
        EngineLoop engine = alive().engine();
        onLoop(Executors.callable(engine.engine()::reset, true));
    }

    /// Makes something wrong, or with [Fault.None] all right again.
    public void fault(Fault fault) {
        if (fault instanceof Fault.Die) {
            die();
        } else {
            Pod now = alive();
            onLoop(Executors.callable(() -> now.apply(fault), true));
        }
    }

    /// The server listens.
    public boolean isAlive() {
        return pod != null;
    }

    /// Starts a dead server again at the same addresses, with nothing in its caches.
    public synchronized void revive() throws IOException {
        if (pod == null) {
            pod = Pod.start(config, address, healthAddress, loop, this::faultOnLoop);
        }
    }

    /// Takes no more connections, and lets the answers on their way end.
    ///
    /// @return done when no connection is left
    Future<?> drain() {
        Pod now = pod;
        return now == null ? loop.newSucceededFuture(null) : now.drain();
    }

    @Override
    public void close() {
        die();
        if (exporter != null) {
            exporter.close();
        }
        if (ownGroup != null) {
            ownGroup.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private synchronized void die() {
        Pod dying = pod;
        pod = null;
        if (dying != null) {
            dying.close();
        }
    }

    /// A fault that a client asked for: the loop cannot wait for its own end.
    private void faultOnLoop(Fault fault) {
        if (fault instanceof Fault.Die) {
            Thread.startVirtualThread(this::die);
        } else {
            fault(fault);
        }
    }

    private GpuReading reading() {
        Pod now = pod;
        return now == null ? new GpuReading(0, 1, 0) : now.engine().gpu();
    }

    private Pod alive() {
        Pod now = pod;
        if (now == null) {
            throw new IllegalStateException("server " + config.pod().name() + " is dead");
        }
        return now;
    }

    private <T> T onLoop(Callable<T> task) {
        try {
            return loop.inEventLoop()
                    ? task.call()
                    : Objects.requireNonNull(loop.submit(task).get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
