package dev.sluice.picker.admission;

import dev.sluice.picker.model.Priority;
import java.time.Duration;
import java.util.function.Consumer;

/// A sheddable request that runs and can be ended. With the lock of its [Occupants].
final class Occupant {
    final Priority priority;
    private final Consumer<Duration> end;
    Stay stay;
    /// Whether its prompt has been computed.
    boolean started;
    /// Whether it has to go.
    boolean leaving;

    Occupant(Priority priority, Stay stay, Consumer<Duration> end) {
        this.priority = priority;
        this.stay = stay;
        this.end = end;
    }

    /// Without any lock.
    void giveWay(Duration retryAfter) {
        end.accept(retryAfter);
    }
}
