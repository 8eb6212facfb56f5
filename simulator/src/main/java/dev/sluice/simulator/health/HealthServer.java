package dev.sluice.simulator.health;

import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/// The gRPC health endpoint of one server: service `""` for the server, one per model or adapter name.
public final class HealthServer implements AutoCloseable {
    private final HealthStatusManager statuses = new HealthStatusManager();
    private final Server server;

    private HealthServer(InetSocketAddress address, EventLoop loop) {
        server = NettyServerBuilder.forAddress(address)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .channelType(NioServerSocketChannel.class)
                .directExecutor()
                .addService(statuses.getHealthService())
                .build();
    }

    /// Listens on that address; port 0 takes a free one.
    public static HealthServer start(InetSocketAddress address, EventLoop loop) throws IOException {
        HealthServer health = new HealthServer(address, loop);
        health.server.start();
        return health;
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getListenSockets().getFirst();
    }

    /// A model or adapter is served, or no longer.
    public void set(String service, boolean serving) {
        if (serving) {
            statuses.setStatus(service, ServingStatus.SERVING);
        } else {
            statuses.clearStatus(service);
        }
    }

    /// A model or adapter that is known can be used, or not now.
    public void report(String service, boolean usable) {
        statuses.setStatus(service, usable ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
    }

    /// Reports all services as not serving, for good.
    public void drain() {
        statuses.enterTerminalState();
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
