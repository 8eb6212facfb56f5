package dev.sluice.picker.admission.preemption;

import dev.sluice.picker.admission.capacity.FreedCapacity;
import dev.sluice.picker.pool.Footprint;
import dev.sluice.picker.pool.Signals;
import dev.sluice.picker.request.Priority;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A running sheddable request. Needs the lock of its [PreemptibleRequests].
public final class PreemptibleRequest {
    private final Priority priority;
    private final Consumer<Duration> end;
    Footprint footprint;
    /// Whether its prompt has been computed.
    boolean started;
    /// Whether it has been preempted.
    boolean leaving;

    public PreemptibleRequest(Priority priority, Footprint footprint, Consumer<Duration> end) {
        this.priority = priority;
        this.footprint = footprint;
        this.end = end;
    }

    public Priority priority() {
        return priority;
    }

    /// Adds the request's capacity to what is free at its endpoint.
    FreedCapacity addTo(FreedCapacity freed, @Nullable Signals signals) {
        return freed.and(footprint, started, signals);
    }

    FreedCapacity takeFrom(FreedCapacity freed, @Nullable Signals signals) {
        return freed.without(footprint, started, signals);
    }

    /// Ends the request. Needs no lock.
    public void preempt(Duration retryAfter) {
        end.accept(retryAfter);
    }
}
