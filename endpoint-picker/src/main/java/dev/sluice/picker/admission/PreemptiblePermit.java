package dev.sluice.picker.admission;

import dev.sluice.picker.admission.preemption.PreemptibleRequest;
import dev.sluice.picker.admission.preemption.PreemptibleRequests;
import dev.sluice.picker.pool.CapacityCheck;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Footprint;
import dev.sluice.picker.request.Priority;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The permit of a sheddable request, which a request of higher priority may preempt.
final class PreemptiblePermit extends AdmissionPermit {
    private final PreemptibleRequests preemptibles;
    private final Priority priority;
    private @Nullable PreemptibleRequest preemptible;

    PreemptiblePermit(
            Issuer issuer, int counter, int weight, long sinceNanos, Priority priority, CapacityCheck capacity) {
        super(issuer, counter, weight, sinceNanos, capacity);
        this.preemptibles = issuer.preemptibles();
        this.priority = priority;
    }

    @Override
    public boolean isSheddable() {
        return true;
    }

    @Override
    public void onPreempted(Footprint footprint, Consumer<Duration> end) {
        preemptible = new PreemptibleRequest(priority, footprint, end);
        preemptibles.enter(preemptible);
    }

    @Override
    public void moved(Endpoint to) {
        if (preemptible != null) {
            preemptibles.moved(preemptible, to);
        }
    }

    @Override
    public void firstToken() {
        if (preemptible != null) {
            preemptibles.started(preemptible);
        }
        super.firstToken();
    }

    @Override
    public void ended(long nowNanos) {
        if (preemptible != null) {
            preemptibles.leave(preemptible, nowNanos);
        }
        super.ended(nowNanos);
    }
}
