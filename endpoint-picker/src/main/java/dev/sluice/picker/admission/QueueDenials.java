package dev.sluice.picker.admission;

import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.request.Outcome;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.settings.AdmissionSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The reasons for which a pool's queue denies a request.
final class QueueDenials {
    /// Retry-After of a pool without an endpoint: about as long as a pod takes to become ready.
    static final Duration RETRY_EMPTY = Duration.ofSeconds(5);

    /// The picker shuts down: another replica serves the retry.
    static final Admission.Denied CLOSED = new Admission.Denied(Outcome.SHUTTING_DOWN, Duration.ofSeconds(1));

    static final Admission.Denied POOL_GONE = new Admission.Denied(Outcome.UNKNOWN_POOL, RETRY_EMPTY);

    private QueueDenials() {}

    /// A pool has no endpoint that serves anything.
    static boolean isEmpty(@Nullable PoolSnapshot pool) {
        return pool == null || !pool.isServing(null);
    }

    /// The outcome of a request that the queue does not take.
    static Outcome atOnce(Priority priority, AdmissionSettings settings) {
        return priority.isSheddable() && settings.limits().sheddable().requests() == 0
                ? Outcome.SHED
                : Outcome.QUEUE_FULL;
    }
}
