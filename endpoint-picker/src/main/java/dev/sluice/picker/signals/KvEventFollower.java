package dev.sluice.picker.signals;

import dev.sluice.picker.model.Ticker;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.KvEventPorts;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.prefix.ExactPrefixIndex;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.telemetry.Meters;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/// Follows the KV events of each endpoint whose pool asks for it, all on one thread that no request shares; it is the
/// one that writes the exact index.
///
/// Nothing that an engine sends or fails to send ends the following of the others, or of itself.
public final class KvEventFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KvEventFollower.class);

    /// How soon a change of the pools is seen.
    private static final long IDLE_MILLIS = 100;
    /// Events gather for so long: looking after a thousand sockets for each would cost more than they do.
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final long CLOSE_MILLIS = 2_000;

    private final Pools pools;
    private final Known known;
    private final Meters meters;
    private final Ticker ticker;
    private final InstantSource clock;
    private final Queue<Endpoint> joined = new ConcurrentLinkedQueue<>();
    private final Map<Endpoint, @Nullable KvSubscription> followed = new HashMap<>();
    private final Thread thread;
    private volatile boolean closed;

    /// What is written.
    public record Known(ExactPrefixIndex exact, PrefixIndex approximate) {}

    public KvEventFollower(Pools pools, Known known, Meters meters, Ticker ticker, InstantSource clock) {
        this.pools = pools;
        this.known = known;
        this.meters = meters;
        this.ticker = ticker;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("kv-events").daemon().start(this::run);
    }

    /// Follows the endpoint until it leaves its pool, whenever the pool asks for it.
    public void follow(Endpoint endpoint) {
        joined.add(endpoint);
    }

    private void run() {
        try (ZContext context = new ZContext();
                Waiter waiter = new Waiter(context)) {
            context.setLinger(0);
            long looked = ticker.nanos() - TimeUnit.SECONDS.toNanos(1);
            while (!closed) {
                long now = ticker.nanos();
                if (now - looked > TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS)) {
                    looked = now;
                    look(context);
                }
                if (turn(now)) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                } else {
                    await(waiter);
                }
            }
        } catch (RuntimeException fault) {
            LOG.atError().setCause(fault).log("KV events are not followed any more");
        } finally {
            known.exact().doubtAll();
        }
    }

    /// Takes in what changed in the pools.
    private void look(ZContext context) {
        for (Endpoint endpoint = joined.poll(); endpoint != null; endpoint = joined.poll()) {
            followed.put(endpoint, null);
        }
        for (Endpoint endpoint : List.copyOf(followed.keySet())) {
            KvSubscription subscription = followed.get(endpoint);
            KvEventPorts wanted = wanted(endpoint);
            if (subscription != null && !Objects.equals(subscription.ports(), wanted)) {
                subscription.close();
                followed.put(endpoint, null);
            }
            if (!endpoint.isMember()) {
                followed.remove(endpoint);
            } else if (wanted != null && followed.get(endpoint) == null) {
                followed.put(endpoint, new KvSubscription(context, wanted, ledger(endpoint)));
            }
        }
    }

    private @Nullable KvEventPorts wanted(Endpoint endpoint) {
        PoolSnapshot pool = pools.find(endpoint.pool());
        return pool == null || !endpoint.isMember()
                ? null
                : pool.settings().sources().kvEvents();
    }

    private KvLedger ledger(Endpoint endpoint) {
        return new KvLedger(endpoint, known.exact().follow(endpoint), known.approximate(), meters.kvEvents(), clock);
    }

    private boolean turn(long now) {
        boolean some = false;
        for (KvSubscription subscription : subscriptions()) {
            some |= subscription.turn(now);
        }
        return some;
    }

    private void await(Waiter waiter) {
        List<ZMQ.Socket> sockets = new ArrayList<>();
        subscriptions().forEach(each -> each.addSockets(sockets));
        waiter.await(sockets);
    }

    /// A poller that is kept for as long as the sockets stay the same.
    private static final class Waiter implements AutoCloseable {
        private final ZContext context;
        private List<ZMQ.Socket> sockets = List.of();
        private ZMQ.@Nullable Poller poller;

        Waiter(ZContext context) {
            this.context = context;
        }

        void await(List<ZMQ.Socket> on) {
            if (!sockets.equals(on)) {
                close();
                sockets = on;
                poller = on.isEmpty() ? null : context.createPoller(on.size());
                for (ZMQ.Socket socket : on) {
                    Objects.requireNonNull(poller).register(socket, ZMQ.Poller.POLLIN);
                }
            }
            if (poller == null) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS));
            } else {
                poller.poll(IDLE_MILLIS);
            }
        }

        @Override
        public void close() {
            if (poller != null) {
                poller.close();
                poller = null;
            }
        }
    }

    private List<KvSubscription> subscriptions() {
        List<KvSubscription> open = new ArrayList<>(followed.size());
        for (KvSubscription each : followed.values()) {
            if (each != null) {
                open.add(each);
            }
        }
        return open;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
