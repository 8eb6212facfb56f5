package dev.sluice.picker.admission;

import dev.sluice.picker.admission.capacity.DrainRate;
import dev.sluice.picker.admission.capacity.Headroom;
import dev.sluice.picker.admission.preemption.PreemptibleRequest;
import dev.sluice.picker.admission.preemption.PreemptibleRequests;
import dev.sluice.picker.admission.preemption.Preemption;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.request.Preempts;
import dev.sluice.picker.time.Ticker;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Preemption for the requests of a queue: running sheddable requests of its pool end, and the capacity that they free
/// goes to the request that they ended for.
final class QueuePreemption {
    /// The time between two searches in vain, in the long run: a search may look at each running request.
    private static final Duration EACH = Duration.ofMillis(10);
    private static final int BURST = 16;

    private final Headroom headroom;
    private final DrainRate drainRate;
    private final WakeUp wakeUp;
    private final PreemptibleRequests running = new PreemptibleRequests();
    /// Limits searches that find nothing.
    private final WakeLimit searches;

    QueuePreemption(Headroom headroom, DrainRate drainRate, WakeUp wakeUp, Ticker ticker) {
        this.headroom = headroom;
        this.drainRate = drainRate;
        this.wakeUp = wakeUp;
        this.searches = new WakeLimit(ticker, EACH, BURST);
    }

    /// The running requests that may be preempted.
    PreemptibleRequests running() {
        return running;
    }

    /// The endpoint whose capacity preempted requests have freed for a request.
    @Nullable
    Endpoint cleared(PoolSnapshot pool, AdmissionRequest request, long now) {
        return request.precedence().preempts() == Preempts.LOWER_PRIORITY
                ? running.cleared(need(pool, request, now))
                : null;
    }

    /// The requests to preempt for a request; the caller must preempt them. Where too many searches have been in vain
    /// of late there are none yet, and the queue is woken for another.
    List<PreemptibleRequest> victims(PoolSnapshot pool, AdmissionRequest request, long now) {
        if (request.precedence().preempts() == Preempts.NOBODY || running.isEmpty()) {
            return List.of();
        }
        long wait = searches.untilNext();
        if (wait > 0) {
            wakeUp.within(wait);
            return List.of();
        }
        Preemption.Need need = need(pool, request, now);
        List<PreemptibleRequest> victims = headroom.at(pool, need.limit(), now) != null
                ? List.of()
                : running.evict(request.precedence().priority(), need);
        if (victims.isEmpty()) {
            searches.take();
        }
        return victims;
    }

    private Preemption.Need need(PoolSnapshot pool, AdmissionRequest request, long now) {
        return new Preemption.Need(
                headroom.limit(pool, request.precedence().priority(), now), drainRate.residenceNanos(), now);
    }
}
