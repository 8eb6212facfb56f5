package dev.sluice.operator.envoy;

import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Settings;
import io.envoyproxy.controlplane.cache.SimpleCache;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The xDS server: gives every Envoy that connects what was published last of its Gateway.
///
/// Versions are hashes of the content, for each type of resource by itself: a pod that comes or goes moves endpoints
/// only, and publishing what is published already moves nothing. Routes that lead elsewhere change as [Rollout] says.
public final class XdsServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(XdsServer.class);

    /// A picker's first health check takes a second at most.
    private static final Duration WARM_UP = Duration.ofSeconds(2);

    private static final String ROLLOUT_FAILED = "A step of a rollout failed and is tried again";

    /// For Envoys to take the routes that make a cluster unused.
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Settings settings;
    private final SimpleCache<Audience, Snapshot> cache = new SimpleCache<>(this::audience) {};
    private final RefusalMemory memory = new RefusalMemory(cache);
    private final Set<Audience> audiences = new HashSet<>();
    private final Map<Audience, Rollout> rollouts = new HashMap<>();
    private final Map<Audience, Future<?>> steps = new HashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("xds-rollout").factory());
    private final Envoys envoys;
    private final String host;
    private final Server server;
    private final Consumer<Throwable> onFault;
    private @Nullable Plan plan;
    /// An Envoy could not be given its part of the plan.
    private boolean incomplete;

    private XdsServer(InetSocketAddress address, Settings settings, Consumer<Nack> onNack, Consumer<Throwable> onFault)
            throws IOException {
        this.settings = settings;
        this.onFault = onFault;
        this.host = address.getAddress().getHostAddress();
        this.envoys = new Envoys(this::welcome, memory::forget, onNack);
        V3DiscoveryServer discovery = new V3DiscoveryServer(envoys, memory);
        this.server = NettyServerBuilder.forAddress(address)
                .addService(discovery.getAggregatedDiscoveryServiceImpl())
                // For the Envoys of another gateway, which ask for nothing else.
                .addService(discovery.getEndpointDiscoveryServiceImpl())
                .permitKeepAliveTime(10, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .build()
                .start();
    }

    /// Starts a server on `address`, port 0 for any free one. Envoys wait until the first plan with their Gateway is
    /// published. `onNack` is called on threads of gRPC.
    public static XdsServer start(InetSocketAddress address, Settings settings, Consumer<Nack> onNack)
            throws IOException {
        return start(
                address,
                settings,
                onNack,
                fault -> LOG.atError().setCause(fault).log(ROLLOUT_FAILED));
    }

    /// The same, with `onFault` told of a step of a rollout that failed and is tried again.
    public static XdsServer start(
            InetSocketAddress address, Settings settings, Consumer<Nack> onNack, Consumer<Throwable> onFault)
            throws IOException {
        return new XdsServer(address, settings, onNack, onFault);
    }

    /// The address where Envoys connect.
    public Plan.Address address() {
        return new Plan.Address(host, server.getPort());
    }

    /// The state of the Envoys of the Gateway `namespace/name`.
    public EnvoyState envoys(String gateway) {
        return envoys.of(gateway);
    }

    /// Makes `next` what Envoys get from now on; true when it differs from what they got. An Envoy whose Gateway is
    /// not in it keeps what it has.
    public synchronized boolean publish(Plan next) {
        if (next.equals(plan) && !incomplete) {
            return false;
        }
        plan = next;
        incomplete = true;
        forgetTheGone(next);
        serveAll(next);
        incomplete = false;
        LOG.atInfo()
                .addKeyValue("gateways", next.gateways().size())
                .addKeyValue("pools", next.pools().size())
                .addKeyValue(
                        "endpoints",
                        next.pools().stream()
                                .mapToInt(pool -> pool.endpoints().size())
                                .sum())
                .log("Published a configuration");
        return true;
    }

    /// Serves each Envoy; a fault of one is thrown once all others are served.
    private void serveAll(Plan current) {
        RuntimeException first = null;
        for (Audience audience : audiences) {
            try {
                serve(audience, current);
            } catch (RuntimeException fault) {
                first = first == null ? fault : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private Audience audience(Node node) {
        return Audience.of(node, settings.listenHost());
    }

    private synchronized void welcome(Node node) {
        Audience audience = audience(node);
        if (audiences.add(audience) && plan != null) {
            serve(audience, plan);
        }
    }

    private void serve(Audience audience, Plan current) {
        audience.share(current).ifPresent(share -> {
            EnvoyConfig config = EnvoyConfig.of(share, settings, audience.listenHost());
            Rollout rollout = rollouts.computeIfAbsent(audience, _ -> new Rollout(config));
            boolean waits = rollout.to(config);
            send(audience, rollout, waits);
        });
    }

    private void send(Audience audience, Rollout rollout, boolean waits) {
        cache.setSnapshot(audience, new Snapshot(rollout.config()));
        if (!waits) {
            return;
        }
        Duration wait = switch (rollout.awaited()) {
            case NOTHING -> Duration.ZERO;
            case NEW_CLUSTERS_WARM -> WARM_UP;
            case OLD_CLUSTERS_UNUSED -> GRACE;
        };
        step(audience, rollout, () -> proceed(audience, rollout), wait);
    }

    /// The next step of a rollout, in place of the one that was due. Where one fails, what it came to is sent again:
    /// nothing else would bring the rollout to its end.
    private void step(Audience audience, Rollout rollout, Runnable step, Duration wait) {
        Runnable supervised = () -> {
            try {
                step.run();
            } catch (RuntimeException | Error fault) {
                onFault.accept(fault);
                sendLater(audience, rollout);
            }
        };
        Future<?> earlier = steps.put(audience, clock.schedule(supervised, wait.toMillis(), TimeUnit.MILLISECONDS));
        if (earlier != null) {
            earlier.cancel(false);
        }
    }

    private synchronized void proceed(Audience audience, Rollout rollout) {
        rollout.proceed();
        sendAgain(audience, rollout);
    }

    private synchronized void sendAgain(Audience audience, Rollout rollout) {
        send(audience, rollout, rollout.awaited() != Rollout.Wait.NOTHING);
    }

    private synchronized void sendLater(Audience audience, Rollout rollout) {
        if (rollouts.containsKey(audience)) {
            step(audience, rollout, () -> sendAgain(audience, rollout), WARM_UP);
        }
    }

    /// Deleted Gateways, once their Envoys have gone too.
    private void forgetTheGone(Plan current) {
        List<Audience> gone = audiences.stream()
                .filter(audience -> audience.share(current).isEmpty()
                        && envoys.of(audience.gateway()).connected() == 0)
                .toList();
        for (Audience audience : gone) {
            audiences.remove(audience);
            rollouts.remove(audience);
            Future<?> step = steps.remove(audience);
            if (step != null) {
                step.cancel(false);
            }
            cache.clearSnapshot(audience);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        server.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
