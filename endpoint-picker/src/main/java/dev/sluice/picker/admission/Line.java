package dev.sluice.picker.admission;

import dev.sluice.picker.model.Outcome;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.Preempts;
import dev.sluice.picker.model.Priority;
import dev.sluice.picker.model.Supervisor;
import dev.sluice.picker.model.Timer;
import dev.sluice.picker.pool.AdmissionSettings;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Those that wait for one pool, and how they get their turn.
///
/// The lock is taken only by requests that have to wait, and by what lets them go. Nobody is told anything while it is
/// held, so that whoever is told may come back.
final class Line {
    /// After a fault the queue is looked at again, for nothing else may happen that has it looked at.
    private static final long AFTER_FAULT_NANOS = Duration.ofMillis(100).toNanos();

    private final PoolId id;
    private final Supplier<@Nullable PoolSnapshot> pool;
    private final AdmissionControl.Surroundings with;
    private final Account account = new Account();
    private final ReentrantLock lock = new ReentrantLock();
    private final FairQueue queue = new FairQueue(account);
    private final Pace pace = new Pace();
    private final Headroom headroom;
    private final Occupants occupants = new Occupants();
    private final Supervisor supervisor;
    private final Dispatch dispatch;
    /// As many as the queue holds.
    private volatile int waiting;
    private Timer.@Nullable Pending alarm;

    Line(PoolId id, Supplier<@Nullable PoolSnapshot> pool, AdmissionControl.Surroundings with) {
        this.id = id;
        this.pool = pool;
        this.with = with;
        this.headroom = new Headroom(pace, with.rates(), with.ticker().nanos());
        this.supervisor = new Supervisor(with.watch()::faulted);
        this.dispatch = new Dispatch(with.executor(), supervisor, List.of(this::letGo, this::preempt), this::lookAgain);
    }

    int waiting() {
        return waiting;
    }

    Occupants occupants() {
        return occupants;
    }

    void charge(int counter, long tokens) {
        account.charge(counter, tokens);
    }

    /// Without a lock, and without more than the seat's being made.
    @Nullable
    Seat admit(PoolSnapshot snapshot, Priority priority, String tenant, int weight) {
        long now = with.ticker().nanos();
        headroom.seen(priority, now);
        if (waiting > 0 || headroom.untilRoom(snapshot, headroom.limit(snapshot, priority, now), now) > 0) {
            return null;
        }
        return seat(snapshot, priority, tenant, weight, now, null);
    }

    /// Whether a request need not go to a pool that is less preferred.
    boolean takes(PoolSnapshot snapshot, Priority priority) {
        return headroom.takes(snapshot, priority, waiting > 0, with.ticker().nanos());
    }

    /// Whether a request would not have to wait.
    boolean hasRoom(PoolSnapshot snapshot, Priority priority) {
        long now = with.ticker().nanos();
        return waiting == 0 && headroom.untilRoom(snapshot, headroom.limit(snapshot, priority, now), now) == 0;
    }

    /// @param cleared where others were ended for the request; null for nowhere
    private Seat seat(
            PoolSnapshot snapshot, Priority priority, String tenant, int weight, long now, @Nullable Endpoint cleared) {
        int counter = Account.counter(tenant);
        if (priority.isSheddable()) {
            return new SheddableSeat(this, counter, weight, now, priority, headroom.beside(snapshot, priority, now));
        }
        return new Seat(this, counter, weight, now, cleared == null ? null : (at, _) -> at.equals(cleared));
    }

    /// @param since when it began to wait
    Admission enqueue(PoolSnapshot snapshot, Applicant applicant, long since, Consumer<Admission> later) {
        long now = with.ticker().nanos();
        AdmissionSettings settings = snapshot.settings().admission();
        boolean empty = QueueDenials.isEmpty(snapshot);
        Ticket ticket = new Ticket(applicant, since, empty ? settings.emptyWait() : settings.timeout(), this, later);
        boolean late = isLate(applicant, now);
        List<Ticket> evicted = late || ticket.patience(now).isZero() ? null : offer(ticket, settings);
        if (evicted == null) {
            Outcome why = late ? Outcome.OBJECTIVE_UNREACHABLE : QueueDenials.atOnce(applicant.priority(), settings);
            Admission.Refused refused = refusal(applicant, why, empty);
            ended(applicant, refused.outcome().label(), 0);
            return refused;
        }
        for (Ticket each : evicted) {
            dismiss(each, Outcome.QUEUE_EVICTED, false);
        }
        call();
        return new Admission.Waiting(ticket);
    }

    /// Whether a request had better be refused than wait. Never the first one: a prediction that let nobody wait would
    /// never be corrected.
    private boolean isLate(Applicant applicant, long now) {
        if (!applicant.isRefusedLate()) {
            return false;
        }
        return locked(() -> applicant.dueNanos() - now < pace.nanosUntil(queue.ahead(applicant)));
    }

    private @Nullable List<Ticket> offer(Ticket ticket, AdmissionSettings settings) {
        Applicant applicant = ticket.applicant;
        long bytes = applicant.bytes();
        if (!with.bytes().reserve(bytes)) {
            return null;
        }
        lock.lock();
        try {
            List<Ticket> evicted = queue.offer(ticket, settings);
            if (evicted == null) {
                with.bytes().release(bytes);
                return null;
            }
            waiting = queue.size();
            evicted.forEach(this::gone);
            if (applicant.elsewhere() != null) {
                with.movable().incrementAndGet();
            }
            ticket.deadline = with.timer().after(ticket.patience(with.ticker().nanos()), () -> expire(ticket));
            return evicted;
        } finally {
            lock.unlock();
        }
    }

    /// More of a waiting request's body is held; see [Ticket#hold].
    void hold(Ticket ticket, long held, long most) {
        PoolSnapshot snapshot = pool.get();
        lock.lock();
        try {
            boolean fits = snapshot != null
                    && held <= most
                    && queue.grow(ticket, held, snapshot.settings().admission(), with.bytes());
            if (fits || !remove(ticket)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        dismiss(ticket, Outcome.QUEUE_FULL, QueueDenials.isEmpty(snapshot));
        changed();
    }

    /// With the lock: a request is no more in the queue.
    private void gone(Ticket ticket) {
        with.bytes().release(ticket.bytes);
        if (ticket.applicant.elsewhere() != null) {
            with.movable().decrementAndGet();
        }
        if (ticket.deadline != null) {
            ticket.deadline.cancel();
            ticket.deadline = null;
        }
    }

    /// A request left its endpoint after this time.
    void left(long nanos) {
        pace.left(nanos);
        changed();
    }

    /// There may be room now.
    void changed() {
        with.room().accept(this);
    }

    /// Those that wait may have room now, here or elsewhere.
    void call() {
        if (waiting > 0) {
            dispatch.call();
        }
    }

    /// One thread at a time: each that goes is placed before it is seen whether there is room for the next.
    private void letGo() {
        for (Turn turn = take(); turn != null; turn = take()) {
            tell(turn.ticket(), turn.admission());
        }
    }

    /// The fault of one is no reason for others to wait for good.
    private void tell(Ticket ticket, Admission admission) {
        supervisor.run(Dispatch.LOOP, () -> ticket.tell(admission));
    }

    private void lookAgain() {
        lock.lock();
        try {
            wakeIn(AFTER_FAULT_NANOS);
        } finally {
            lock.unlock();
        }
    }

    private void ended(Applicant applicant, String end, long waitedNanos) {
        supervisor.run(Dispatch.LOOP, () -> with.watch().ended(id, applicant.priority(), end, waitedNanos));
    }

    /// Whose turn it is, and what for.
    private record Turn(Ticket ticket, Admission admission) {}

    /// Takes whose turn it is out of the queue, if there is room.
    private @Nullable Turn take() {
        lock.lock();
        try {
            Ticket fair = queue.next();
            if (fair == null) {
                return null;
            }
            PoolSnapshot snapshot = pool.get();
            long now = with.ticker().nanos();
            if (snapshot == null) {
                // Nothing will make room for it here.
                boolean only = fair.applicant.elsewhere() == null;
                return only
                        ? turn(
                                fair,
                                QueueDenials.POOL_GONE,
                                QueueDenials.POOL_GONE.outcome().label(),
                                now)
                        : elsewhere(fair, now);
            }
            Saturation.Limit limit = headroom.limit(snapshot, fair.applicant.priority(), now);
            Endpoint free = headroom.at(snapshot, limit, now);
            Endpoint cleared = free == null ? cleared(snapshot, fair.applicant, now) : null;
            if (free == null && cleared == null) {
                if (supervisor.or(false, Dispatch.LOOP, fair.applicant::isMovable)) {
                    return elsewhere(fair, now);
                }
                wakeIn(headroom.untilRoom(snapshot, limit, now));
                return null;
            }
            Ticket next = free == null ? fair : bestAt(free, fair);
            Applicant applicant = next.applicant;
            Seat seat = seat(snapshot, applicant.priority(), applicant.tenant(), applicant.weight(), now, cleared);
            Turn turn = turn(next, seat, "admitted", now);
            pace.went(now, queue.size() > 0);
            return turn;
        } finally {
            lock.unlock();
        }
    }

    /// With the lock: the request whose turn it is at an endpoint; `fair` where prompts are not compared.
    private Ticket bestAt(Endpoint free, Ticket fair) {
        return supervisor.or(fair, Dispatch.LOOP, () -> Objects.requireNonNull(queue.next(free)));
    }

    private Turn elsewhere(Ticket ticket, long now) {
        return turn(ticket, new Admission.Elsewhere(ticket.sinceNanos), "elsewhere", now);
    }

    /// With the lock: the request leaves the queue.
    private Turn turn(Ticket ticket, Admission admission, String end, long now) {
        remove(ticket);
        ended(ticket.applicant, end, now - ticket.sinceNanos);
        return new Turn(ticket, admission);
    }

    /// Where those that it ended have made room.
    private @Nullable Endpoint cleared(PoolSnapshot snapshot, Applicant applicant, long now) {
        return applicant.preempts() == Preempts.LOWER_PRIORITY
                ? occupants.cleared(snapshot, applicant.priority(), need(snapshot, applicant, now))
                : null;
    }

    private Preemption.Need need(PoolSnapshot snapshot, Applicant applicant, long now) {
        return new Preemption.Need(headroom.limit(snapshot, applicant.priority(), now), pace.residenceNanos(), now);
    }

    /// Ends those that run in the place of whose turn it is. When they have left, that one goes as others do.
    private void preempt() {
        supervisor.each(Dispatch.LOOP, victims(), victim -> {
            Duration retryAfter = until(waiting -> waiting.ahead(victim.priority));
            with.executor().execute(() -> victim.giveWay(retryAfter));
        });
    }

    private List<Occupant> victims() {
        lock.lock();
        try {
            Ticket next = queue.next();
            PoolSnapshot snapshot = pool.get();
            if (next == null || snapshot == null || next.applicant.preempts() == Preempts.NOBODY) {
                return List.of();
            }
            long now = with.ticker().nanos();
            return occupants.evict(snapshot, next.applicant.priority(), need(snapshot, next.applicant, now));
        } finally {
            lock.unlock();
        }
    }

    /// With the lock: where nothing is heard of an endpoint meanwhile, its backlog is predicted to be done then.
    private void wakeIn(long nanos) {
        if (alarm != null) {
            alarm.cancel();
            alarm = null;
        }
        if (nanos != Saturation.UNKNOWN) {
            alarm = with.timer().after(Duration.ofNanos(nanos), this::call);
        }
    }

    /// With the lock.
    private boolean remove(Ticket ticket) {
        if (!queue.remove(ticket)) {
            return false;
        }
        gone(ticket);
        waiting = queue.size();
        return true;
    }

    /// Nobody waits any more.
    void close() {
        for (Ticket each : all()) {
            if (leave(each)) {
                ended(each, QueueDenials.CLOSED.outcome().label());
                with.executor().execute(() -> tell(each, QueueDenials.CLOSED));
            }
        }
    }

    private List<Ticket> all() {
        return locked(queue::all);
    }

    private boolean leave(Ticket ticket) {
        return locked(() -> remove(ticket));
    }

    void withdraw(Ticket ticket) {
        if (leave(ticket)) {
            ended(ticket, "gone");
            changed();
        }
    }

    private void expire(Ticket ticket) {
        if (leave(ticket)) {
            dismiss(ticket, ticket.expiry(), QueueDenials.isEmpty(pool.get()));
        }
    }

    private void dismiss(Ticket ticket, Outcome outcome, boolean empty) {
        Admission.Refused refused = refusal(ticket.applicant, outcome, empty);
        ended(ticket, refused.outcome().label());
        with.executor().execute(() -> tell(ticket, refused));
    }

    private void ended(Ticket ticket, String how) {
        ended(ticket.applicant, how, with.ticker().nanos() - ticket.sinceNanos);
    }

    /// @param empty whether the pool has no endpoint, which is why then
    private Admission.Refused refusal(Applicant applicant, Outcome saturated, boolean empty) {
        return empty
                ? new Admission.Refused(Outcome.NO_ENDPOINTS, QueueDenials.RETRY_EMPTY)
                : new Admission.Refused(saturated, until(waiting -> waiting.ahead(applicant)));
    }

    /// When so many of those that wait are predicted to have gone.
    private Duration until(ToIntFunction<FairQueue> ahead) {
        return locked(() -> pace.until(ahead.applyAsInt(queue)));
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
