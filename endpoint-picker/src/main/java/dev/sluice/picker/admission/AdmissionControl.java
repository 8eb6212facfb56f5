package dev.sluice.picker.admission;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.Priority;
import dev.sluice.picker.model.Ticker;
import dev.sluice.picker.model.Timer;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Decides who runs first: one [Line] for each pool.
///
/// A request that finds room and nobody waiting is admitted by reading what is known of the endpoints, without a lock.
/// Others wait in their pool's line, as objects; whatever may have made room (an end, a first token, news of an
/// endpoint, the predicted end of a backlog) lets the next ones go, at once and one by one.
public final class AdmissionControl {
    /// How much more than others a tenant may have been served and still go before them, where an endpoint knows its
    /// prompt: in tokens of prompts, of which an output token counts two.
    public static final long QUANTUM = FairQueue.QUANTUM;

    private final Pools pools;
    private final Surroundings with;
    private final Map<PoolId, Line> lines = new ConcurrentHashMap<>();
    /// How many wait, in any line, that could go to another pool.
    private final AtomicInteger movable = new AtomicInteger();
    private volatile boolean closed;

    /// What lines work with.
    ///
    /// @param executor where requests go on that have waited; whoever makes room does not run them
    /// @param bytes of all that wait
    /// @param rates how fast endpoints are
    /// @param movable counts those that wait and could go to another pool
    /// @param room told which line's pool may have room
    record Surroundings(
            Ticker ticker,
            Timer timer,
            Executor executor,
            AdmissionWatch watch,
            HeldBytes bytes,
            RateBook rates,
            AtomicInteger movable,
            Consumer<Line> room) {
        /// Of one line alone.
        Surroundings(
                Ticker ticker, Timer timer, Executor executor, AdmissionWatch watch, HeldBytes bytes, RateBook rates) {
            this(ticker, timer, executor, watch, bytes, rates, new AtomicInteger(), Line::call);
        }
    }

    /// One that bounds what waits for each pool, and not for all of them.
    ///
    /// @param executor where requests go on that have waited
    public AdmissionControl(Pools pools, Ticker ticker, Timer timer, Executor executor, AdmissionWatch watch) {
        this(pools, ticker, timer, executor, watch, Long.MAX_VALUE, new RateBook());
    }

    /// @param executor where requests go on that have waited
    /// @param mostBytes of bodies that wait, whatever their pool
    /// @param rates how fast endpoints are
    public AdmissionControl(
            Pools pools,
            Ticker ticker,
            Timer timer,
            Executor executor,
            AdmissionWatch watch,
            long mostBytes,
            RateBook rates) {
        this.pools = pools;
        this.with = new Surroundings(
                ticker, timer, executor, watch, new HeldBytes(mostBytes), rates, movable, this::roomAt);
    }

    /// A seat for a request that need not wait, or null: then it is to [#enqueue].
    ///
    /// @param tenant whom its work is charged to
    /// @param weight how much of the service the tenant is due in proportion to others, from 1
    public @Nullable Seat admit(PoolSnapshot pool, Priority priority, String tenant, int weight) {
        if (!pool.settings().admission().enabled()) {
            return Seat.UNCOUNTED;
        }
        return line(pool.id()).admit(pool, priority, tenant, weight);
    }

    /// Whether a pool has room for a request that could go to a less preferred one: one that had none has to have had
    /// plenty for a while.
    public boolean takes(PoolSnapshot pool, Priority priority) {
        return !pool.settings().admission().enabled() || line(pool.id()).takes(pool, priority);
    }

    /// Whether a request would find room at a pool now.
    public boolean hasRoom(PoolSnapshot pool, Priority priority) {
        return !pool.settings().admission().enabled() || line(pool.id()).hasRoom(pool, priority);
    }

    /// Lets a request wait for its turn, if it may.
    ///
    /// @param later told once, by the executor, what becomes of a request that waits
    public Admission enqueue(PoolSnapshot pool, Applicant applicant, Consumer<Admission> later) {
        return enqueue(pool, applicant, with.ticker().nanos(), later);
    }

    /// @param sinceNanos since when the request has waited, here or elsewhere
    public Admission enqueue(PoolSnapshot pool, Applicant applicant, long sinceNanos, Consumer<Admission> later) {
        if (closed) {
            return QueueDenials.CLOSED;
        }
        Line line = line(pool.id());
        Admission admission = line.enqueue(pool, applicant, sinceNanos, later);
        if (closed) {
            // It may have come to a line that had been closed.
            line.close();
        }
        return admission;
    }

    /// Pools or endpoints have changed.
    public void changed() {
        lines.values().forEach(Line::call);
    }

    /// Something is known of an endpoint of the pool that was not before.
    public void changed(PoolId pool) {
        Line line = lines.get(pool);
        if (line != null) {
            roomAt(line);
        }
    }

    /// Those that wait for other pools may be able to go to this one.
    private void roomAt(Line line) {
        if (movable.get() > 0) {
            changed();
        } else {
            line.call();
        }
    }

    /// The process is about to end: nobody waits any more.
    public void close() {
        closed = true;
        lines.values().forEach(Line::close);
    }

    /// How many requests wait for the pool.
    public int waiting(PoolId pool) {
        Line line = lines.get(pool);
        return line == null ? 0 : line.waiting();
    }

    Line line(PoolId pool) {
        Line known = lines.get(pool);
        return known != null ? known : lines.computeIfAbsent(pool, this::open);
    }

    private Line open(PoolId pool) {
        Line line = new Line(pool, () -> pools.find(pool), with);
        with.watch().opened(pool, line::waiting);
        return line;
    }
}
