package dev.sluice.picker.admission.queue;

import dev.sluice.picker.settings.AdmissionSettings.Limits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Chooses which queued requests to evict from a full queue for an arriving one: the last of the tenant with most
/// queued.
///
/// Nothing changes while it chooses: where eviction does not suffice, all stay. Within a priority only a tenant
/// that has more queued than the arriving one will have loses requests, so a tenant that floods the queue evicts
/// its own.
final class Eviction<E extends QueueItem> {
    private final Limits limits;
    private final double arriving;
    private final List<E> leaving = new ArrayList<>();
    private final Map<Band.Flow<E>, Rest<E>> rests = new HashMap<>();
    private long bytes;

    /// A tenant's queued requests without the evicted ones.
    private static final class Rest<E extends QueueItem> {
        final Band.Flow<E> flow;
        final Iterator<E> lastFirst;
        int requests;
        long bytes;

        Rest(Band.Flow<E> flow) {
            this.flow = flow;
            this.lastFirst = flow.items.reversed().iterator();
            this.requests = flow.items.size();
            this.bytes = flow.bytes();
        }
    }

    /// @param limits by which requests and bytes are compared
    /// @param own what the arriving request's tenant has waiting at its priority; null for nothing
    Eviction(Limits limits, Band.@Nullable Flow<E> own, E arriving) {
        this.limits = limits;
        int requests = own == null ? 0 : own.items.size();
        long held = own == null ? 0 : own.bytes();
        this.arriving = share(requests + 1, held + arriving.bytes());
    }

    private double share(int requests, long held) {
        return Math.max(requests / Math.max(1.0, limits.requests()), held / Math.max(1.0, limits.bytes()));
    }

    /// The requests evicted so far.
    List<E> leaving() {
        return leaving;
    }

    /// Bytes of the evicted requests.
    long bytes() {
        return bytes;
    }

    /// Evicts one more request, of any flow of a lower priority.
    ///
    /// @return whether there was one
    boolean fromBelow(Band<E> band) {
        return from(band, 0);
    }

    /// Evicts one more request, of a flow of the same priority.
    ///
    /// @return whether there was one
    boolean fromPeers(Band<E> band) {
        return from(band, arriving);
    }

    /// The tenant with most is the one with most requests or the one with most bytes, or one that has lost
    /// some already: no other has to be looked at.
    private boolean from(Band<E> band, double moreThan) {
        Rest<E> heaviest = null;
        for (Rest<E> rest : rests.values()) {
            heaviest = rest.flow.isIn(band) ? heavier(heaviest, rest) : heaviest;
        }
        heaviest = heavier(heaviest, first(band.byRequests()));
        heaviest = heavier(heaviest, first(band.byBytes()));
        if (heaviest == null || share(heaviest) <= moreThan) {
            return false;
        }
        rests.putIfAbsent(heaviest.flow, heaviest);
        E last = heaviest.lastFirst.next();
        heaviest.requests--;
        heaviest.bytes -= last.bytes;
        bytes += last.bytes;
        leaving.add(last);
        return true;
    }

    /// The first tenant that has lost nothing.
    private @Nullable Rest<E> first(Iterable<Band.Flow<E>> flows) {
        for (Band.Flow<E> flow : flows) {
            if (!rests.containsKey(flow)) {
                return new Rest<>(flow);
            }
        }
        return null;
    }

    private @Nullable Rest<E> heavier(@Nullable Rest<E> one, @Nullable Rest<E> other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        int order = Double.compare(share(one), share(other));
        return order > 0 || (order == 0 && one.flow.isBefore(other.flow)) ? one : other;
    }

    private double share(Rest<E> rest) {
        return share(rest.requests, rest.bytes);
    }
}
