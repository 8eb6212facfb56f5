package dev.sluice.simulator;

import dev.sluice.simulator.serving.ServerConfig;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Many model servers in one process, on a few shared threads.
public final class Fleet implements AutoCloseable {
    private final EventLoopGroup group;
    private final List<ModelServer> servers = new ArrayList<>();

    private Fleet(int threads) {
        group = new MultiThreadIoEventLoopGroup(threads, NioIoHandler.newFactory());
    }

    /// Starts all servers, or none.
    ///
    /// @param threads how many threads they share; each server stays on one
    public static Fleet start(List<ServerConfig> configs, int threads) throws IOException {
        Fleet fleet = new Fleet(threads);
        try {
            for (ServerConfig config : configs) {
                fleet.servers.add(ModelServer.start(config, fleet.group.next()));
            }
            return fleet;
        } catch (IOException | RuntimeException e) {
            fleet.close();
            throw e;
        }
    }

    /// In the order of their configurations.
    public List<ModelServer> servers() {
        return List.copyOf(servers);
    }

    /// Makes all servers as cold as after their start.
    public void reset() {
        servers.stream().filter(ModelServer::isAlive).forEach(ModelServer::reset);
    }

    /// Takes no more connections, and waits until the answers on their way have ended, or until that time is
    /// over.
    ///
    /// @return whether all have ended
    public boolean drain(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        boolean all = true;
        for (Future<?> ended : servers.stream().map(ModelServer::drain).toList()) {
            all &= ended.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        return all;
    }

    @Override
    public void close() {
        servers.forEach(ModelServer::close);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
