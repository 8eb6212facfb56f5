package dev.sluice.picker.admission;

import dev.sluice.picker.admission.capacity.DrainRate;
import dev.sluice.picker.admission.capacity.Headroom;
import dev.sluice.picker.admission.preemption.PreemptibleRequest;
import dev.sluice.picker.admission.preemption.PreemptibleRequests;
import dev.sluice.picker.admission.preemption.Preemption;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.request.Preempts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Preemption for the requests of a queue: running sheddable requests of its pool end, and the capacity that they free
/// goes to the request that they ended for.
final class QueuePreemption {
    private final Headroom headroom;
    private final DrainRate drainRate;
    private final PreemptibleRequests running = new PreemptibleRequests();

    QueuePreemption(Headroom headroom, DrainRate drainRate) {
        this.headroom = headroom;
        this.drainRate = drainRate;
    }

    /// The running requests that may be preempted.
    PreemptibleRequests running() {
        return running;
    }

    /// The endpoint whose capacity preempted requests have freed for a request.
    @Nullable
    Endpoint cleared(PoolSnapshot pool, AdmissionRequest request, long now) {
        return request.precedence().preempts() == Preempts.LOWER_PRIORITY
                ? running.cleared(pool, request.precedence().priority(), need(pool, request, now))
                : null;
    }

    /// The requests to preempt for a request; the caller must preempt them.
    List<PreemptibleRequest> victims(PoolSnapshot pool, AdmissionRequest request, long now) {
        return request.precedence().preempts() == Preempts.NOBODY
                ? List.of()
                : running.evict(pool, request.precedence().priority(), need(pool, request, now));
    }

    private Preemption.Need need(PoolSnapshot pool, AdmissionRequest request, long now) {
        return new Preemption.Need(
                headroom.limit(pool, request.precedence().priority(), now), drainRate.residenceNanos(), now);
    }
}
