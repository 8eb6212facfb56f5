package dev.sluice.picker.admission;

import dev.sluice.picker.admission.capacity.DrainRate;
import dev.sluice.picker.admission.capacity.Headroom;
import dev.sluice.picker.admission.capacity.Saturation;
import dev.sluice.picker.admission.preemption.PreemptibleRequest;
import dev.sluice.picker.admission.preemption.PreemptibleRequests;
import dev.sluice.picker.admission.queue.FairQueue;
import dev.sluice.picker.admission.queue.TenantCounters;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.request.Outcome;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.settings.AdmissionSettings;
import dev.sluice.picker.settings.AdmissionSettings.QueueLimits;
import dev.sluice.picker.time.Timer;
import dev.sluice.process.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// The queue of one pool: requests wait here until an endpoint has capacity.
///
/// The lock is taken only by requests that must wait and by the dispatch loop. No callback runs under it, so a
/// callback may enter the queue again.
final class PoolQueue implements QueueEntry.Owner, AdmissionPermit.Issuer {
    private final Supplier<@Nullable PoolSnapshot> pool;
    private final QueueContext with;
    private final Consumer<PoolQueue> capacity;
    private final TenantCounters account = new TenantCounters();
    private final ReentrantLock lock = new ReentrantLock();
    private final FairQueue<QueueEntry> queue = new FairQueue<>(account);
    private final DrainRate drainRate = new DrainRate();
    private final Headroom headroom;
    private final MovableRequests movable;
    private final QueuePreemption preemption;
    private final Supervisor supervisor;
    private final Departures departures;
    private final Dispatch dispatch;
    private final WakeUp wakeUp;
    /// As many as the queue holds.
    private volatile int waiting;

    /// @param capacity called with this queue when its pool may have capacity
    PoolQueue(PoolId id, Supplier<@Nullable PoolSnapshot> pool, QueueContext with, Consumer<PoolQueue> capacity) {
        this.pool = pool;
        this.with = with;
        this.capacity = capacity;
        this.headroom =
                new Headroom(drainRate, with.rates(), with.execution().ticker().nanos());
        this.supervisor = new Supervisor(with.watch()::faulted);
        this.departures = new Departures(id, with, supervisor);
        this.movable = new MovableRequests(supervisor, with.movable());
        this.wakeUp = new WakeUp(with.execution(), this::call);
        this.preemption = new QueuePreemption(
                headroom, drainRate, wakeUp, with.execution().ticker());
        this.dispatch =
                new Dispatch(with.execution(), supervisor, List.of(this::dispatchAll, this::preempt), this::lookAgain);
    }

    int waiting() {
        return waiting;
    }

    @Override
    public PreemptibleRequests preemptibles() {
        return preemption.running();
    }

    @Override
    public void charge(int counter, long tokens) {
        account.charge(counter, tokens);
    }

    /// Admits a request without a lock; the permit is all that is allocated.
    @Nullable
    AdmissionPermit admit(PoolSnapshot snapshot, Priority priority, TenantShare tenant) {
        long now = with.execution().ticker().nanos();
        headroom.seen(priority, now);
        return waiting == 0 && headroom.admits(snapshot, priority, now)
                ? permit(snapshot, priority, tenant, now, null)
                : null;
    }

    /// A request need not go to a pool that is less preferred.
    boolean takes(PoolSnapshot snapshot, Priority priority) {
        return headroom.takes(
                snapshot, priority, waiting > 0, with.execution().ticker().nanos());
    }

    /// A request would not have to wait.
    boolean hasCapacity(PoolSnapshot snapshot, Priority priority) {
        long now = with.execution().ticker().nanos();
        return waiting == 0 && headroom.at(snapshot, headroom.limit(snapshot, priority, now), now) != null;
    }

    /// @param cleared the endpoint that was freed by preemption; null for none
    private AdmissionPermit permit(
            PoolSnapshot snapshot, Priority priority, TenantShare tenant, long now, @Nullable Endpoint cleared) {
        int counter = TenantCounters.counter(tenant.tenant());
        if (priority.isSheddable()) {
            return new PreemptiblePermit(
                    this, counter, tenant.weight(), now, priority, headroom.beside(snapshot, priority, now));
        }
        return new AdmissionPermit(
                this, counter, tenant.weight(), now, cleared == null ? null : (at, _) -> at.equals(cleared));
    }

    /// @param since when it began to wait
    Admission enqueue(PoolSnapshot snapshot, AdmissionRequest request, long since, Consumer<Admission> later) {
        long now = with.execution().ticker().nanos();
        AdmissionSettings settings = snapshot.settings().admission();
        boolean empty = QueueDenials.isEmpty(snapshot);
        QueueEntry entry = new QueueEntry(
                request,
                since,
                empty ? settings.patience().empty() : settings.patience().saturated(),
                this,
                later);
        boolean late = isLate(request, now);
        Offered offered = late || entry.patience(now).isZero() ? null : offer(entry, settings.limits());
        if (offered == null) {
            Outcome why = late
                    ? Outcome.OBJECTIVE_UNREACHABLE
                    : QueueDenials.atOnce(request.precedence().priority(), settings);
            Admission.Denied refused = refusal(request, why, empty);
            departures.count(request, refused.outcome().label(), 0);
            return refused;
        }
        for (QueueEntry each : offered.evicted()) {
            dismiss(each, Outcome.QUEUE_EVICTED, false);
        }
        if (!offered.timed()) {
            throw new IllegalStateException("the wait of a request for pool " + snapshot.id() + " cannot be timed");
        }
        call();
        return new Admission.Enqueued(entry);
    }

    /// The wait would make a sheddable request late. Never for the first in the queue: a prediction that let
    /// no request wait would never be corrected.
    private boolean isLate(AdmissionRequest request, long now) {
        return request.isRefusedLate()
                && locked(() -> request.dueNanos() - now
                        < drainRate.nanosUntil(queue.ahead(
                                request.precedence().priority(),
                                request.tenant().tenant())));
    }

    /// @param evicted for a request that was queued, to be told
    /// @param timed whether it has a deadline; without one it is in the queue no more
    private record Offered(List<QueueEntry> evicted, boolean timed) {}

    private @Nullable Offered offer(QueueEntry entry, QueueLimits limits) {
        AdmissionRequest request = entry.request;
        long bytes = request.bytes();
        if (!with.bytes().reserve(bytes)) {
            return null;
        }
        lock.lock();
        try {
            List<QueueEntry> evicted = queue.offer(entry, limits);
            if (evicted == null) {
                with.bytes().release(bytes);
                return null;
            }
            waiting = queue.size();
            evicted.forEach(this::gone);
            movable.add(entry);
            boolean timed = supervisor.run(Dispatch.LOOP, () -> {
                Duration patience = entry.patience(with.execution().ticker().nanos());
                entry.deadline = with.execution().timer().after(patience, () -> expire(entry));
            });
            if (!timed) {
                remove(entry);
            }
            return new Offered(evicted, timed);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void hold(QueueEntry entry, long held, long most) {
        PoolSnapshot snapshot = pool.get();
        lock.lock();
        try {
            boolean fits = snapshot != null
                    && held <= most
                    && queue.grow(entry, held, snapshot.settings().admission().limits(), with.bytes());
            if (fits || !remove(entry)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        dismiss(entry, Outcome.QUEUE_FULL, QueueDenials.isEmpty(snapshot));
        changed();
    }

    /// Releases what a queued request holds. Needs the lock.
    private void gone(QueueEntry entry) {
        with.bytes().release(entry.bytes());
        movable.remove(entry);
        cancelDeadline(entry);
    }

    /// Needs the lock.
    private void cancelDeadline(QueueEntry entry) {
        Timer.Pending deadline = entry.deadline;
        entry.deadline = null;
        if (deadline != null) {
            supervisor.run(Dispatch.LOOP, deadline::cancel);
        }
    }

    @Override
    public void left(long nanos) {
        drainRate.left(nanos);
        changed();
    }

    /// The pool may have capacity now.
    @Override
    public void changed() {
        capacity.accept(this);
    }

    /// Calls the dispatch loop.
    void call() {
        if (waiting > 0) {
            dispatch.call();
        }
    }

    /// Dispatches queued requests on one thread at a time. Each request is placed before capacity is checked for
    /// the next.
    private void dispatchAll() {
        for (Dispatched next = take(); next != null; next = take()) {
            departures.tell(next.entry(), next.admission());
        }
    }

    private void lookAgain() {
        locked(() -> {
            wakeUp.afterFault();
            return true;
        });
    }

    /// A request that leaves the queue, and what becomes of it.
    private record Dispatched(QueueEntry entry, Admission admission) {}

    /// Removes the next request from the queue, if an endpoint has capacity for it.
    private @Nullable Dispatched take() {
        lock.lock();
        try {
            QueueEntry fair = queue.next();
            if (fair == null) {
                return null;
            }
            PoolSnapshot snapshot = pool.get();
            long now = with.execution().ticker().nanos();
            if (snapshot == null) {
                // The pool is gone: nothing frees capacity here.
                Admission.Denied gone = QueueDenials.POOL_GONE;
                return fair.request.elsewhere() == null
                        ? dispatched(fair, gone, gone.outcome().label(), now)
                        : elsewhere(fair, now);
            }
            Saturation.Limit limit = headroom.limit(snapshot, fair.priority(), now);
            Endpoint free = headroom.forQueued(snapshot, limit, now);
            Endpoint cleared = free == null ? preemption.cleared(snapshot, fair.request, now) : null;
            if (free == null && cleared == null) {
                QueueEntry leaves = movable.find(fair);
                if (leaves != null) {
                    return elsewhere(leaves, now);
                }
                wakeUp.in(Math.min(movable.untilNext(), headroom.untilCapacity(snapshot, limit, now)));
                return null;
            }
            QueueEntry entry = free == null ? fair : bestAt(free, fair);
            AdmissionRequest request = entry.request;
            AdmissionPermit permit = permit(snapshot, entry.priority(), request.tenant(), now, cleared);
            Dispatched next = dispatched(entry, permit, "admitted", now);
            drainRate.went(now, queue.size() > 0);
            return next;
        } finally {
            lock.unlock();
        }
    }

    /// The next request for an endpoint; `fair` where prompts cannot be compared. Needs the lock.
    private QueueEntry bestAt(Endpoint free, QueueEntry fair) {
        return supervisor.or(fair, Dispatch.LOOP, () -> Objects.requireNonNull(queue.next(free)));
    }

    private Dispatched elsewhere(QueueEntry entry, long now) {
        return dispatched(entry, new Admission.Elsewhere(entry.sinceNanos), "elsewhere", now);
    }

    /// Removes a request from the queue. Needs the lock.
    private Dispatched dispatched(QueueEntry entry, Admission admission, String end, long now) {
        remove(entry);
        departures.count(entry.request, end, now - entry.sinceNanos);
        return new Dispatched(entry, admission);
    }

    /// Preempts running requests for the next one. It is dispatched when their capacity is free.
    private void preempt() {
        supervisor.each(Dispatch.LOOP, locked(this::victims), victim -> {
            Duration retryAfter = until(waiting -> waiting.ahead(victim.priority()));
            departures.onOtherThread(() -> victim.preempt(retryAfter));
        });
    }

    /// Needs the lock.
    private List<PreemptibleRequest> victims() {
        QueueEntry next = queue.next();
        PoolSnapshot snapshot = pool.get();
        return next == null || snapshot == null
                ? List.of()
                : preemption.victims(
                        snapshot, next.request, with.execution().ticker().nanos());
    }

    /// Needs the lock.
    private boolean remove(QueueEntry entry) {
        if (!queue.remove(entry)) {
            return false;
        }
        gone(entry);
        waiting = queue.size();
        return true;
    }

    /// Refuses all queued requests.
    void close() {
        for (QueueEntry each : locked(queue::all)) {
            if (locked(() -> remove(each))) {
                departures.count(each, QueueDenials.CLOSED.outcome().label());
                departures.tellOnOtherThread(each, QueueDenials.CLOSED);
            }
        }
    }

    @Override
    public void withdraw(QueueEntry entry) {
        if (locked(() -> remove(entry))) {
            departures.count(entry, "gone");
            changed();
        }
    }

    private void expire(QueueEntry entry) {
        if (locked(() -> remove(entry))) {
            boolean empty = supervisor.or(false, Dispatch.LOOP, () -> QueueDenials.isEmpty(pool.get()));
            dismiss(entry, entry.expiry(), empty);
        }
    }

    private void dismiss(QueueEntry entry, Outcome outcome, boolean empty) {
        Admission.Denied refused = refusal(entry.request, outcome, empty);
        departures.count(entry, refused.outcome().label());
        departures.tellOnOtherThread(entry, refused);
    }

    /// @param empty whether the pool has no endpoint, which is why then
    private Admission.Denied refusal(AdmissionRequest request, Outcome saturated, boolean empty) {
        return empty
                ? new Admission.Denied(Outcome.NO_ENDPOINTS, QueueDenials.RETRY_EMPTY)
                : new Admission.Denied(
                        saturated,
                        until(waiting -> waiting.ahead(
                                request.precedence().priority(),
                                request.tenant().tenant())));
    }

    /// The time until as many requests are predicted to have been dispatched.
    private Duration until(ToIntFunction<FairQueue<QueueEntry>> ahead) {
        return locked(() -> drainRate.until(ahead.applyAsInt(queue)));
    }

    private <T> T locked(Supplier<T> step) {
        lock.lock();
        try {
            return step.get();
        } finally {
            lock.unlock();
        }
    }
}
