package dev.sluice.picker.admission.queue;

import dev.sluice.picker.settings.AdmissionSettings.Limits;
import java.util.ArrayList;
import java.util.Collection;
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
    private final Map<FairQueue.Flow<E>, Rest<E>> rests = new HashMap<>();
    private long bytes;

    /// A tenant's queued requests without the evicted ones.
    private static final class Rest<E extends QueueItem> {
        final Iterator<E> lastFirst;
        int requests;
        long bytes;

        Rest(FairQueue.Flow<E> flow) {
            this.lastFirst = flow.items.reversed().iterator();
            this.requests = flow.items.size();
            this.bytes = flow.bytes;
        }
    }

    /// @param limits by which requests and bytes are compared
    /// @param own what the arriving request's tenant has waiting at its priority; null for nothing
    Eviction(Limits limits, FairQueue.@Nullable Flow<E> own, E arriving) {
        this.limits = limits;
        int requests = own == null ? 0 : own.items.size();
        long held = own == null ? 0 : own.bytes;
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
    boolean fromBelow(Collection<FairQueue.Flow<E>> flows) {
        return from(flows, 0);
    }

    /// Evicts one more request, of a flow of the same priority.
    ///
    /// @return whether there was one
    boolean fromPeers(Collection<FairQueue.Flow<E>> flows) {
        return from(flows, arriving);
    }

    private boolean from(Collection<FairQueue.Flow<E>> flows, double moreThan) {
        Rest<E> heaviest = null;
        double most = moreThan;
        for (FairQueue.Flow<E> flow : flows) {
            Rest<E> rest = rests.get(flow);
            double share = rest == null ? share(flow.items.size(), flow.bytes) : share(rest.requests, rest.bytes);
            if (share > most) {
                most = share;
                heaviest = rest == null ? rests.computeIfAbsent(flow, Rest::new) : rest;
            }
        }
        if (heaviest == null) {
            return false;
        }
        E last = heaviest.lastFirst.next();
        heaviest.requests--;
        heaviest.bytes -= last.bytes;
        bytes += last.bytes;
        leaving.add(last);
        return true;
    }
}
