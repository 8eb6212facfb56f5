package dev.sluice.picker.signals.adapters;

import dev.sluice.picker.http.EventLoopThread;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.ModelNames;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.signal.AdapterState;
import dev.sluice.picker.settings.AdapterChecks;
import dev.sluice.picker.signals.polling.PollContext;
import dev.sluice.picker.signals.polling.PollSchedule;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Checks which of the pool's adapters an endpoint serves, until the endpoint leaves its pool.
public final class AdapterCheck {
    private static final Logger LOG = LoggerFactory.getLogger(AdapterCheck.class);

    /// Interval between looks at the pool's settings and at the age of answers.
    private static final long LOOK = Duration.ofMillis(500).toNanos();

    private static final long SHORTEST_INTERVAL = Duration.ofMillis(100).toNanos();

    /// An answer is used for this many intervals, so two answers may be lost.
    private static final int INTERVALS_PER_STALENESS = 3;

    private final Endpoint endpoint;
    private final PollContext context;
    private final ModelList models;
    private final double share;

    private AdapterChecks checks = AdapterChecks.NONE;
    private @Nullable HealthServices health;
    /// The base model whose health service is checked beside the adapters'.
    private String base = "";
    private Map<String, AdapterState> reported = Map.of();
    private long look;
    private long due;

    /// Listener for answers, and for the first fault of each round of checks.
    interface Listener {
        void answered();

        void failed(Throwable cause);
    }

    public AdapterCheck(Endpoint endpoint, PollContext context) {
        this.endpoint = endpoint;
        this.context = context;
        this.models = new ModelList(context.loop(), endpoint.id(), new Answers("models"));
        this.share = PollSchedule.share(endpoint.ordinal());
        this.look = context.ticker().nanos();
    }

    /// The endpoint has left its pool; checking ends then.
    public boolean isOver() {
        if (endpoint.isMember()) {
            return false;
        }
        close();
        return true;
    }

    /// Begins a round of checks if one is due.
    public void tick(long now) {
        if (now - look >= 0) {
            look = now + LOOK;
            look(now);
        }
        if (!checks.isNone() && now - due >= 0) {
            due = PollSchedule.nextOnGrid(now, interval(), share);
            ask(now);
        }
    }

    public void close() {
        models.close();
        closeHealth();
    }

    private void closeHealth() {
        if (health != null) {
            health.close();
            health = null;
        }
    }

    private void look(long now) {
        PoolSnapshot pool = context.pools().find(endpoint.pool());
        AdapterChecks wanted =
                pool == null ? AdapterChecks.NONE : pool.settings().signals().adapterChecks();
        if (!wanted.equals(checks)) {
            checks = wanted;
            close();
            openHealth();
            due = now;
        } else if (checks.asksHealth() && (health == null || !base.equals(endpoint.declaredModel()))) {
            closeHealth();
            openHealth();
            due = now;
        }
        if (!checks.isNone() || !reported.isEmpty() || endpoint.listedModels() != null) {
            publish(now);
        }
    }

    /// Watches the base model too, which shows whether the server has a health service for each model.
    private void openHealth() {
        if (!checks.asksHealth()) {
            return;
        }
        base = endpoint.declaredModel();
        Set<String> names = new HashSet<>(checks.adapters());
        if (!base.isEmpty()) {
            names.add(base);
        }
        health = new HealthServices(channel(checks.grpcPort()), names, new Answers("grpc"));
    }

    private ManagedChannel channel(int port) {
        EventLoop loop = context.loop().eventLoop();
        return NettyChannelBuilder.forAddress(
                        new InetSocketAddress(endpoint.id().ip(), port))
                .eventLoopGroup(loop)
                .channelType(EventLoopThread.CHANNEL_TYPE)
                .executor(loop)
                .usePlaintext()
                .build();
    }

    private void ask(long now) {
        if (checks.asksModels()) {
            models.read(now);
        }
        if (health != null) {
            health.round(now);
        }
    }

    private long interval() {
        return Math.max(SHORTEST_INTERVAL, checks.interval().toNanos());
    }

    private void publish(long now) {
        long oldest = now - INTERVALS_PER_STALENESS * interval();
        Set<String> listed = checks.asksModels() ? models.since(oldest) : null;
        endpoint.reportModels(listed);
        context.pools().names(endpoint, ModelNames.Source.LIST, models.root());
        AdapterEvidence evidence = new AdapterEvidence(health == null ? Map.of() : health.since(oldest), listed);
        Map<String, AdapterState> states = evidence.judge(checks.adapters());
        if (!states.equals(reported)) {
            reported = states;
            endpoint.reportAdapters(states);
            LOG.atInfo()
                    .addKeyValue("endpoint", endpoint)
                    .addKeyValue("adapters", states)
                    .log("The adapters that the endpoint serves have changed");
        }
    }

    private final class Answers implements Listener {
        private final String source;

        Answers(String source) {
            this.source = source;
        }

        @Override
        public void answered() {
            publish(context.ticker().nanos());
        }

        @Override
        public void failed(Throwable cause) {
            context.meters().adapterCheckError(endpoint.pool(), source);
            LOG.atDebug()
                    .setCause(cause)
                    .addKeyValue("endpoint", endpoint)
                    .addKeyValue("source", source)
                    .log("Adapters could not be checked");
        }
    }
}
