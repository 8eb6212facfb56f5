package dev.sluice.picker.admission.preemption;

import dev.sluice.picker.admission.capacity.FreedCapacity;
import dev.sluice.picker.pool.Footprint;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.request.Priority;
import java.time.Duration;
import java.util.Comparator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A running sheddable request. Needs the lock of its [PreemptibleRequests].
public final class PreemptibleRequest {
    /// The order of preemption: the lowest priority goes first, then the shortest run.
    static final Comparator<PreemptibleRequest> EASIEST_FIRST = Comparator.comparing(PreemptibleRequest::priority)
            .thenComparing((one, other) -> Long.compare(other.footprint.sinceNanos(), one.footprint.sinceNanos()))
            .thenComparingLong(request -> request.number);

    private final Priority priority;
    private final Consumer<Duration> end;
    Footprint footprint;
    /// The order in which requests began to run, from 1.
    long number;
    /// The request's prompt has been computed.
    boolean started;

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
