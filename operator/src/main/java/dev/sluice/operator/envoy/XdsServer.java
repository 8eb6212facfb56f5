package dev.sluice.operator.envoy;

import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Settings;
import io.envoyproxy.controlplane.cache.v3.SimpleCache;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The xDS server: gives every Envoy that connects the configuration that was published last.
///
/// Versions are hashes of the content, for each type of resource by itself: a pod that comes or goes moves endpoints
/// only, and publishing what is published already moves nothing.
public final class XdsServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(XdsServer.class);

    /// All Envoys get the same.
    private static final String GROUP = "sluice";

    private final Settings settings;
    private final SimpleCache<String> cache = new SimpleCache<>(_ -> GROUP);
    private final String host;
    private final Server server;

    private XdsServer(InetSocketAddress address, Settings settings, Consumer<Nack> onNack) throws IOException {
        this.settings = settings;
        this.host = address.getAddress().getHostAddress();
        V3DiscoveryServer discovery = new V3DiscoveryServer(new NackListener(onNack), new RefusalMemory(cache));
        this.server = NettyServerBuilder.forAddress(address)
                .addService(discovery.getAggregatedDiscoveryServiceImpl())
                .permitKeepAliveTime(10, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .build()
                .start();
    }

    /// Starts a server on `address`, port 0 for any free one. Envoys wait until the first plan is published.
    /// `onNack` is called on threads of gRPC.
    public static XdsServer start(InetSocketAddress address, Settings settings, Consumer<Nack> onNack)
            throws IOException {
        return new XdsServer(address, settings, onNack);
    }

    /// Where Envoys connect.
    public Plan.Address address() {
        return new Plan.Address(host, server.getPort());
    }

    /// Makes `plan` what every Envoy gets from now on; true when that changes anything.
    public synchronized boolean publish(Plan plan) {
        Snapshot next = Snapshots.of(EnvoyConfig.of(plan, settings));
        Snapshot current = cache.getSnapshot(GROUP);
        if (current != null && Snapshots.sameVersions(current, next)) {
            return false;
        }
        cache.setSnapshot(GROUP, next);
        LOG.atInfo()
                .addKeyValue("listeners", plan.listeners().size())
                .addKeyValue("pools", plan.pools().size())
                .addKeyValue(
                        "endpoints",
                        plan.pools().stream()
                                .mapToInt(pool -> pool.endpoints().size())
                                .sum())
                .log("Published a configuration");
        return true;
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
