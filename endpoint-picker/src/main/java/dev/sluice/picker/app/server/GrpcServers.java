package dev.sluice.picker.app.server;

import dev.sluice.picker.app.options.PickerConfig;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.process.Supervisor;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The picker's two gRPC servers: one for Envoy, and one for probes, which answers health alone and without TLS.
///
/// Requests are handled on the event loops themselves: nothing on their way blocks.
public final class GrpcServers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcServers.class);

    /// A stream that is not read holds so many bytes outside of the heap. The window of a connection is
    /// returned as it is read.
    private static final int FLOW_CONTROL_WINDOW = 256 << 10;
    /// Envoy opens another connection for more.
    private static final int MAX_CONCURRENT_STREAMS = 4_096;
    /// In buffered mode the whole body comes in one message, with some headers around it.
    private static final int AROUND_A_BODY = 4 << 20;
    private static final int KEEPALIVE_SECONDS = 2;

    private final EventLoopGroup loops;
    private final FileFollower files;
    private final Server envoy;
    private final Server probes;
    private static final long LAST_WORDS_MILLIS = 1_000;

    private final PickerConfig.Shutdown shutdown;
    private final PickerConfig config;
    private final Health health;
    private final @Nullable SslContext tls;
    private final ConnectionWatch connections;
    private final Map<Integer, PoolPort> ports = new HashMap<>();

    /// A port that stands for a pool.
    private record PoolPort(PoolId pool, Server server) {}

    private GrpcServers(
            PickerConfig config, BindableService processor, Health health, Runnable onCut, Supervisor supervisor)
            throws IOException, GeneralSecurityException {
        this.config = config;
        this.files = new FileFollower("certificates", supervisor);
        this.health = health;
        this.connections = new ConnectionWatch(onCut);
        this.tls = ServerTls.context(config.listeners().tls(), files);
        this.loops = new MultiThreadIoEventLoopGroup(
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        this.shutdown = config.shutdown();
        this.envoy = server(config.listeners().grpc(), processor);
        this.probes = builder(config.listeners().health(), null, 0)
                .addService(health.service())
                .build();
    }

    /// @param processor what answers Envoy: the picker, or what the picker is measured against
    /// @param onCut told of each connection that closes while streams are open on it
    /// @param supervisor of the looks at the certificate's files
    public static GrpcServers start(
            PickerConfig config, BindableService processor, Health health, Runnable onCut, Supervisor supervisor)
            throws IOException, GeneralSecurityException {
        GrpcServers servers = new GrpcServers(config, processor, health, onCut, supervisor);
        try {
            servers.envoy.start();
            servers.probes.start();
            return servers;
        } catch (IOException failure) {
            servers.close();
            throw failure;
        }
    }

    private Server server(InetSocketAddress address, BindableService processor) {
        return builder(address, tls, config.exchange().maxBodyBytes())
                .addTransportFilter(connections)
                .addStreamTracerFactory(connections.streams())
                .addService(processor)
                .addService(health.service())
                .build();
    }

    /// Opens a port for each of these pools, and closes those that stand for others; streams that are open there end in
    /// peace. A port that cannot be opened is tried again the next time.
    public synchronized void listen(Map<Integer, PoolId> wanted, Function<PoolId, BindableService> processors) {
        ports.entrySet().removeIf(open -> {
            boolean goes = !open.getValue().pool().equals(wanted.get(open.getKey()));
            if (goes) {
                open.getValue().server().shutdown();
            }
            return goes;
        });
        wanted.forEach((port, pool) -> {
            if (!ports.containsKey(port)) {
                open(port, pool, processors.apply(pool));
            }
        });
    }

    private void open(int port, PoolId pool, BindableService processor) {
        try {
            InetSocketAddress address =
                    new InetSocketAddress(config.listeners().grpc().getAddress(), port);
            ports.put(port, new PoolPort(pool, server(address, processor).start()));
            LOG.atInfo().addKeyValue("port", port).addKeyValue("pool", pool).log("A gRPC port is open for a pool");
        } catch (IOException taken) {
            LOG.atWarn()
                    .addKeyValue("port", port)
                    .addKeyValue("pool", pool)
                    .setCause(taken)
                    .log("A gRPC port of a pool is taken: choose another in the Service's sluice.dev/picker-port");
        }
    }

    private NettyServerBuilder builder(InetSocketAddress address, @Nullable SslContext tls, long maxBodyBytes) {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address)
                .channelType(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .directExecutor()
                .flowControlWindow(FLOW_CONTROL_WINDOW)
                .maxConcurrentCallsPerConnection(MAX_CONCURRENT_STREAMS)
                .maxInboundMessageSize((int) Math.min(Integer.MAX_VALUE, maxBodyBytes + AROUND_A_BODY))
                .permitKeepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        return tls == null ? builder : builder.sslContext(tls);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) envoy.getListenSockets().getFirst();
    }

    public InetSocketAddress healthAddress() {
        return (InetSocketAddress) probes.getListenSockets().getFirst();
    }

    /// Closes the servers: they take no new streams and give the open ones their time.
    @Override
    public void close() {
        close(() -> {});
    }

    /// Closes the servers.
    ///
    /// @param lastWords run while there is just time enough left for streams to be told something
    public void close(Runnable lastWords) {
        try {
            // A server that has not been shut down serves on meanwhile.
            var _ = envoy.awaitTermination(shutdown.delay().toMillis(), TimeUnit.MILLISECONDS);
            envoy.shutdown();
            listen(Map.of(), _ -> {
                throw new IllegalStateException("no port is opened any more");
            });
            long drain = shutdown.drain().toMillis();
            long last = Math.min(LAST_WORDS_MILLIS, drain / 2);
            if (!envoy.awaitTermination(drain - last, TimeUnit.MILLISECONDS)) {
                lastWords.run();
                if (!envoy.awaitTermination(last, TimeUnit.MILLISECONDS)) {
                    envoy.shutdownNow();
                }
            }
        } catch (InterruptedException _) {
            envoy.shutdownNow();
            Thread.currentThread().interrupt();
        }
        probes.shutdownNow();
        files.close();
        var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
