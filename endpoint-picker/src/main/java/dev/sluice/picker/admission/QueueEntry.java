package dev.sluice.picker.admission;

import dev.sluice.picker.admission.queue.QueueItem;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.request.Outcome;
import dev.sluice.picker.time.Timer;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A queued request. It leaves its queue once: admitted, refused, or cancelled.
public final class QueueEntry extends QueueItem {
    final AdmissionRequest request;
    final long sinceNanos;
    private final long patienceNanos;
    private final Owner owner;
    private final Consumer<Admission> callback;
    /// Needs the queue's lock.
    Timer.@Nullable Pending deadline;

    /// The queue that an entry is in.
    interface Owner {
        /// More of the request's body is held; see [QueueEntry#hold].
        void hold(QueueEntry entry, long held, long most);

        /// Removes a request without a callback.
        void withdraw(QueueEntry entry);
    }

    /// @param patience how long it waits at most
    QueueEntry(
            AdmissionRequest request, long sinceNanos, Duration patience, Owner owner, Consumer<Admission> callback) {
        super(
                request.precedence().priority(),
                request.tenant().tenant(),
                request.bytes(),
                Math.min(request.dueNanos(), sinceNanos + patience.toNanos()));
        this.request = request;
        this.sinceNanos = sinceNanos;
        this.patienceNanos = patience.toNanos();
        this.owner = owner;
        this.callback = callback;
    }

    @Override
    protected int cachedBlocks(Endpoint at) {
        return request.reuse().at(at);
    }

    /// The time that the request may still wait.
    Duration patience(long now) {
        return Duration.ofNanos(Math.max(0, lastNanos() - now));
    }

    /// The outcome of a wait that lasted too long.
    Outcome expiry() {
        return lastNanos() < sinceNanos + patienceNanos ? Outcome.OBJECTIVE_UNREACHABLE : Outcome.QUEUE_TIMEOUT;
    }

    private long lastNanos() {
        return request.isRefusedLate() ? urgencyNanos() : sinceNanos + patienceNanos;
    }

    /// Counts how much of the request's body is held by now, where more comes while it waits; its length as known
    /// when it began to wait is counted already. A request that may not hold so much is told that it is refused.
    ///
    /// @param most bytes that one request may hold
    public void hold(long held, long most) {
        if (held > Math.min(bytes(), most)) {
            owner.hold(this, held, most);
        }
    }

    /// Cancels the wait; the callback is not called. Without effect once the request has left the queue.
    public void cancel() {
        owner.withdraw(this);
    }

    void complete(Admission admission) {
        callback.accept(admission);
    }
}
