package dev.sluice.picker.signals.kvevents;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.settings.KvEventPorts;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;

/// The following of an endpoint's KV events: a subscription while its pool asks for events, and a pause after a
/// fault.
final class KvFollowing {
    private static final Logger LOG = LoggerFactory.getLogger(KvFollowing.class);

    /// An engine that starts publishes before that.
    private static final long UNREACHABLE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Endpoint endpoint;
    private final Backoff backoff = new Backoff();
    private @Nullable KvSubscription subscription;
    private long openedAt;
    private long notBefore;
    private long connectedAt;
    private boolean unreachable;

    KvFollowing(Endpoint endpoint, long now) {
        this.endpoint = endpoint;
        this.openedAt = now;
        this.notBefore = now;
        this.connectedAt = now;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /// Subscribes, or closes the subscription, as the pool's settings say.
    ///
    /// @param wanted the ports of the events, or null where the pool wants none
    void subscribe(@Nullable KvEventPorts wanted, Function<KvEventPorts, KvSubscription> open, long now) {
        KvSubscription known = subscription;
        if (known != null && (wanted == null || !wanted.areAsIn(known.ports(), endpoint.id()))) {
            close();
        }
        if (wanted != null && subscription == null && now - notBefore >= 0) {
            openedAt = now;
            subscription = open.apply(wanted);
        }
    }

    /// Reads what has arrived.
    ///
    /// @return whether anything had arrived
    boolean poll(long now) {
        if (subscription == null) {
            connectedAt = now;
            return false;
        }
        boolean some = subscription.poll(now);
        noteReachable(subscription, now);
        return some;
    }

    /// Says once that an engine's events do not come: the endpoint is priced without them, and nothing else tells.
    private void noteReachable(KvSubscription known, long now) {
        if (known.isConnected()) {
            connectedAt = now;
            if (unreachable) {
                unreachable = false;
                LOG.atInfo().addKeyValue("endpoint", endpoint).log("The endpoint's KV events are followed again");
            }
        } else if (!unreachable && now - connectedAt > UNREACHABLE_NANOS) {
            unreachable = true;
            LOG.atWarn()
                    .addKeyValue("endpoint", endpoint)
                    .addKeyValue("address", known.eventsAddress())
                    .log(
                            "The endpoint's KV events cannot be reached and its cache is estimated: have the engine bind there (vLLM: an endpoint with *, tcp://*:PORT) or correct signals.kvEvents of the pool's policy");
        }
    }

    /// Adds the sockets to wait for.
    void addSockets(List<ZMQ.Socket> to) {
        if (subscription != null) {
            subscription.addSockets(to);
        }
    }

    /// Closes the subscription after a fault. The next one begins with the engine's replay.
    void failed(long now) {
        notBefore = now + backoff.next(now - openedAt);
        close();
    }

    /// Forgets the subscription whose sockets were closed with their context.
    void abandon() {
        KvSubscription gone = subscription;
        subscription = null;
        if (gone != null) {
            gone.mirror().leave();
        }
    }

    void close() {
        KvSubscription leaving = subscription;
        subscription = null;
        if (leaving != null) {
            leaving.close();
        }
    }
}
