package dev.sluice.picker.signals.kvevents;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.prefix.ExactPrefixIndex;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.settings.KvEventPorts;
import dev.sluice.picker.telemetry.Meters;
import dev.sluice.picker.time.Ticker;
import dev.sluice.process.Supervisor;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/// Follows the KV events of each endpoint whose pool asks for it. One thread does so and is the only writer of
/// the exact index; requests are handled on other threads.
///
/// A fault in one endpoint's events ends neither its following nor that of another endpoint. The endpoint is
/// followed anew after a pause, from its engine's replay.
public final class KvEventFollower implements AutoCloseable {
    private static final String LOOP = "kv-events";

    /// Interval between looks at the pools.
    private static final long IDLE_MILLIS = 100;
    /// Pause in which events gather: a look at a thousand sockets costs more than reading their events.
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final long CLOSE_MILLIS = 2_000;

    private final Pools pools;
    private final FollowedEngine known;
    private final Meters meters;
    private final Ticker ticker;
    private final InstantSource clock;
    private final Queue<Endpoint> joined = new ConcurrentLinkedQueue<>();
    private final List<KvFollowing> followed = new ArrayList<>();
    private final Supervisor supervisor;
    private final Thread thread;
    /// Time that the loop has worked since its last start.
    private long workedNanos;
    private volatile boolean closed;

    /// The indexes that are written.
    public record FollowedEngine(ExactPrefixIndex exact, PrefixIndex approximate) {}

    public KvEventFollower(Pools pools, FollowedEngine known, Meters meters, Ticker ticker, InstantSource clock) {
        this.pools = pools;
        this.known = known;
        this.meters = meters;
        this.ticker = ticker;
        this.clock = clock;
        this.supervisor = new Supervisor(meters.loops()::fault);
        this.thread = Thread.ofPlatform().name("kv-events").daemon().start(this::run);
    }

    /// Follows the endpoint until it leaves its pool, whenever the pool asks for it.
    public void follow(Endpoint endpoint) {
        joined.add(endpoint);
    }

    private void run() {
        Backoff backoff = new Backoff();
        while (!closed) {
            workedNanos = 0;
            supervisor.run(LOOP, this::followAll);
            if (!closed) {
                LockSupport.parkNanos(backoff.next(workedNanos));
            }
        }
    }

    private void followAll() {
        try (ZContext context = new ZContext();
                Waiter waiter = new Waiter(context)) {
            context.setLinger(0);
            followed.forEach(KvFollowing::abandon);
            long began = ticker.nanos();
            long looked = began - TimeUnit.SECONDS.toNanos(1);
            while (!closed) {
                long now = ticker.nanos();
                workedNanos = now - began;
                if (now - looked > TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS)) {
                    looked = now;
                    followPools(context, now);
                }
                if (poll(now)) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                } else {
                    await(waiter);
                }
            }
        } finally {
            known.exact().withdrawAll();
        }
    }

    /// Follows new endpoints, and drops endpoints that have left their pool.
    private void followPools(ZContext context, long now) {
        for (Endpoint endpoint = joined.poll(); endpoint != null; endpoint = joined.poll()) {
            followed.add(new KvFollowing(endpoint, now));
        }
        followed.removeIf(each -> !subscribe(each, context, now));
    }

    /// @return whether the endpoint is still to be followed
    private boolean subscribe(KvFollowing following, ZContext context, long now) {
        Endpoint endpoint = following.endpoint();
        if (!endpoint.isMember()) {
            supervisor.run(LOOP, following::close);
            return false;
        }
        try {
            following.subscribe(wanted(endpoint), ports -> open(context, endpoint, ports), now);
        } catch (RuntimeException | Error fault) {
            failed(following, fault, now);
        }
        return true;
    }

    /// Closes the subscription of an endpoint with a fault; the next begins after a pause.
    private void failed(KvFollowing following, Throwable fault, long now) {
        supervisor.report(LOOP, fault);
        supervisor.run(LOOP, () -> following.failed(now));
    }

    private KvSubscription open(ZContext context, Endpoint endpoint, KvEventPorts ports) {
        KvCacheMirror mirror = mirror(endpoint);
        try {
            return new KvSubscription(context, ports, mirror);
        } catch (RuntimeException | Error fault) {
            mirror.leave();
            throw fault;
        }
    }

    private @Nullable KvEventPorts wanted(Endpoint endpoint) {
        PoolSnapshot pool = pools.find(endpoint.pool());
        return pool == null || !endpoint.isMember()
                ? null
                : pool.settings().signals().sources().kvEvents();
    }

    private KvCacheMirror mirror(Endpoint endpoint) {
        return new KvCacheMirror(
                endpoint, known.exact().follow(endpoint), known.approximate(), meters.kvEvents(), clock);
    }

    private boolean poll(long now) {
        boolean some = false;
        for (KvFollowing each : followed) {
            try {
                some |= each.poll(now);
            } catch (RuntimeException | Error fault) {
                failed(each, fault, now);
            }
        }
        return some;
    }

    private void await(Waiter waiter) {
        List<ZMQ.Socket> sockets = new ArrayList<>();
        followed.forEach(each -> each.addSockets(sockets));
        waiter.await(sockets);
    }

    /// A ZeroMQ poller, kept while the sockets stay the same.
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
