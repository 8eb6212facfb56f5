package dev.sluice.picker.admission;

import dev.sluice.picker.pool.AdmissionSettings.Limits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Chooses who leaves a full queue for one that arrives: of the tenant with most waiting, whose turn is last.
///
/// Nobody leaves while it is chosen: where it does not suffice, all stay. Within a priority only a tenant that has more
/// waiting than the arriving one will have makes room, so that who sends most fills the queue to nobody's cost but
/// its own.
final class Eviction {
    private final Limits limits;
    private final double arriving;
    private final List<Ticket> leaving = new ArrayList<>();
    private final Map<FairQueue.Flow, Rest> rests = new HashMap<>();
    private long bytes;

    /// What is left of a flow without those that leave.
    private static final class Rest {
        final Iterator<Ticket> lastFirst;
        int requests;
        long bytes;

        Rest(FairQueue.Flow flow) {
            this.lastFirst = flow.tickets.reversed().iterator();
            this.requests = flow.tickets.size();
            this.bytes = flow.bytes;
        }
    }

    /// @param limits by which requests and bytes are compared
    /// @param own what the arriving request's tenant has waiting at its priority; null for nothing
    Eviction(Limits limits, FairQueue.@Nullable Flow own, Applicant arriving) {
        this.limits = limits;
        int requests = own == null ? 0 : own.tickets.size();
        long held = own == null ? 0 : own.bytes;
        this.arriving = share(requests + 1, held + arriving.bytes());
    }

    private double share(int requests, long held) {
        return Math.max(requests / Math.max(1.0, limits.requests()), held / Math.max(1.0, limits.bytes()));
    }

    /// Those that leave, so far.
    List<Ticket> leaving() {
        return leaving;
    }

    /// The bytes that they hold.
    long bytes() {
        return bytes;
    }

    /// Lets one more leave: of flows of a lower priority anyone.
    ///
    /// @return whether there was one
    boolean fromBelow(Collection<FairQueue.Flow> flows) {
        return from(flows, 0);
    }

    /// Lets one more leave: of flows of the same priority.
    ///
    /// @return whether there was one
    boolean fromPeers(Collection<FairQueue.Flow> flows) {
        return from(flows, arriving);
    }

    private boolean from(Collection<FairQueue.Flow> flows, double moreThan) {
        Rest heaviest = null;
        double most = moreThan;
        for (FairQueue.Flow flow : flows) {
            Rest rest = rests.get(flow);
            double share = rest == null ? share(flow.tickets.size(), flow.bytes) : share(rest.requests, rest.bytes);
            if (share > most) {
                most = share;
                heaviest = rest == null ? rests.computeIfAbsent(flow, Rest::new) : rest;
            }
        }
        if (heaviest == null) {
            return false;
        }
        Ticket last = heaviest.lastFirst.next();
        heaviest.requests--;
        heaviest.bytes -= last.bytes;
        bytes += last.bytes;
        leaving.add(last);
        return true;
    }
}
