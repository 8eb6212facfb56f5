package dev.sluice.picker.admission;

import dev.sluice.picker.model.Outcome;
import dev.sluice.picker.model.Timer;
import java.time.Duration;
import java.util.Comparator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A queued request. It leaves its queue once: admitted, refused, or cancelled.
public final class QueueEntry {
    /// Orders the requests of one tenant: earliest deadline first (Jackson's rule minimises the greatest
    /// lateness), then arrival.
    static final Comparator<QueueEntry> BY_URGENCY = (one, other) -> {
        int byUrgency = Long.compare(one.urgencyNanos, other.urgencyNanos);
        return byUrgency == 0 ? Long.compare(one.number, other.number) : byUrgency;
    };

    final AdmissionRequest request;
    final long sinceNanos;
    /// Of the request's body, as the limits count them. Written with the queue's lock, by calls of [#hold] alone, which
    /// come one after the other.
    long bytes;
    private final long patienceNanos;
    /// Its deadline, at most the end of its patience, so that a request without an objective is served too.
    private final long urgencyNanos;
    private final PoolQueue queue;
    private final Consumer<Admission> callback;
    /// Needs the queue's lock, as the fields below.
    Timer.@Nullable Pending deadline;
    /// Given in the order of arrival.
    long number;
    /// How many later requests were dispatched before it. Needs the queue's lock.
    int passed;

    /// @param patience how long it waits at most
    QueueEntry(
            AdmissionRequest request,
            long sinceNanos,
            Duration patience,
            PoolQueue queue,
            Consumer<Admission> callback) {
        this.request = request;
        this.bytes = request.bytes();
        this.sinceNanos = sinceNanos;
        this.patienceNanos = patience.toNanos();
        this.urgencyNanos = Math.min(request.dueNanos(), sinceNanos + patienceNanos);
        this.queue = queue;
        this.callback = callback;
    }

    /// How long it may still wait.
    Duration patience(long now) {
        return Duration.ofNanos(Math.max(0, lastNanos() - now));
    }

    /// The outcome of a wait that lasted too long.
    Outcome expiry() {
        return lastNanos() < sinceNanos + patienceNanos ? Outcome.OBJECTIVE_UNREACHABLE : Outcome.QUEUE_TIMEOUT;
    }

    private long lastNanos() {
        return request.isRefusedLate() ? urgencyNanos : sinceNanos + patienceNanos;
    }

    /// Counts how much of the request's body is held by now, where more comes while it waits; its length as known
    /// when it began to wait is counted already. A request that may not hold so much is told that it is refused.
    ///
    /// @param most bytes that one request may hold
    public void hold(long held, long most) {
        if (held > Math.min(bytes, most)) {
            queue.hold(this, held, most);
        }
    }

    /// Cancels the wait; the callback is not called. Without effect once the request has left the queue.
    public void cancel() {
        queue.withdraw(this);
    }

    void complete(Admission admission) {
        callback.accept(admission);
    }
}
