package dev.sluice.picker.signals.kvevents;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.settings.KvEventPorts;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;

/// The following of one endpoint's KV events: a subscription while its pool asks for one, and a pause after a fault.
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

    /// Subscribes where the pool wants it, unless that is done.
    ///
    /// @param wanted null for nowhere
    void look(@Nullable KvEventPorts wanted, Function<KvEventPorts, KvSubscription> open, long now) {
        KvSubscription known = subscription;
        if (known != null && (wanted == null || !wanted.areAsIn(known.ports(), endpoint.id()))) {
            close();
        }
        if (wanted != null && subscription == null && now - notBefore >= 0) {
            openedAt = now;
            subscription = open.apply(wanted);
        }
    }

    /// Does what there is to do.
    ///
    /// @return whether there was something
    boolean turn(long now) {
        return subscription != null && subscription.turn(now);
    }

    /// Adds the sockets that something may arrive at.
    void addSockets(List<ZMQ.Socket> to) {
        if (subscription != null) {
            subscription.addSockets(to);
        }
    }

    /// After a fault nothing is known of the engine's cache. The next subscription begins with what it replays.
    void failed(long now) {
        notBefore = now + backoff.next(now - openedAt);
        close();
    }

    /// The sockets went with their context.
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
