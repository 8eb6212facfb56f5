package dev.sluice.picker.admission;

import dev.sluice.picker.model.Priority;
import java.time.Duration;
import java.util.function.Consumer;

/// A running sheddable request. Needs the lock of its [PreemptibleRequests].
final class PreemptibleRequest {
    final Priority priority;
    private final Consumer<Duration> end;
    Footprint footprint;
    /// Whether its prompt has been computed.
    boolean started;
    /// Whether it has been preempted.
    boolean leaving;

    PreemptibleRequest(Priority priority, Footprint footprint, Consumer<Duration> end) {
        this.priority = priority;
        this.footprint = footprint;
        this.end = end;
    }

    /// Without any lock.
    void preempt(Duration retryAfter) {
        end.accept(retryAfter);
    }
}
