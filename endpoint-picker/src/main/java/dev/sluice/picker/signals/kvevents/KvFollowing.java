package dev.sluice.picker.signals.kvevents;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.settings.KvEventPorts;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;

/// The following of an endpoint's KV events: a subscription while its pool asks for events, and a pause after a
/// fault.
final class KvFollowing {
    private final Endpoint endpoint;
    private final Backoff backoff = new Backoff();
    private @Nullable KvSubscription subscription;
    private long openedAt;
    private long notBefore;

    KvFollowing(Endpoint endpoint, long now) {
        this.endpoint = endpoint;
        this.openedAt = now;
        this.notBefore = now;
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
        return subscription != null && subscription.poll(now);
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
