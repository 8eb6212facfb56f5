package dev.sluice.picker.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The body budget bounds the bytes of all request bodies that are read, tokenized and queued in the process.
///
/// A body reserves bytes ahead of their arrival, by [BodyReservation]. A reservation is granted where four times its
/// bytes are free, and all that the body says it still needs: large bodies never take what small ones need. Others
/// wait, the oldest first, and the bodies are not read meanwhile. One body at a time, the oldest that had to wait, may
/// take what is kept of the budget for it, so that whatever the others do one body can come to its end.
///
/// Small bodies cost one atomic addition when they come and one when they go. Only where something waits is there a
/// lock.
public final class BodyBudget {
    /// A request whose reservation would have to wait behind so many is refused at once.
    static final int MOST_WAITING = 256;
    /// A larger reservation waits behind those that wait already.
    static final long SMALL = 64 << 10;

    private static final int HEADROOM = 4;

    private final AtomicLong reserved = new AtomicLong();
    private final long limit;
    /// The limit without what is kept for one body.
    private final long shared;
    private final long largest;
    private final Executor executor;

    private final Deque<BodyReservation> waiting = new ArrayDeque<>();
    private @Nullable BodyReservation privileged;
    /// Of what is kept for one body.
    private final AtomicLong byPrivilege = new AtomicLong();
    private volatile int waitingCount;
    private final AtomicLong pauses = new AtomicLong();

    /// @param limit bytes of all bodies
    /// @param largest bytes of one body; at most half of the limit is kept for it
    /// @param executor runs what waited for a grant
    public BodyBudget(long limit, long largest, Executor executor) {
        this.limit = limit;
        this.shared = limit - Math.min(BodyReservation.withOverhead(largest), limit / 2);
        this.largest = Math.min(largest, BodyReservation.withoutOverhead(limit / 2));
        this.executor = executor;
    }

    /// A share of the greatest heap.
    ///
    /// @param percent of the heap
    /// @param largest bytes of one body
    public static BodyBudget ofHeap(int percent, long largest, Executor executor) {
        return new BodyBudget(Runtime.getRuntime().maxMemory() / 100 * percent, largest, executor);
    }

    /// A budget that nothing exceeds.
    public static BodyBudget unlimited() {
        return new BodyBudget(Long.MAX_VALUE / (2 * HEADROOM), Long.MAX_VALUE / (4 * HEADROOM), Runnable::run);
    }

    /// The most bytes that one body may have: more would never fit.
    public long largestBody() {
        return largest;
    }

    public long limit() {
        return limit;
    }

    /// Bytes that are reserved now.
    public long reserved() {
        return reserved.get() + byPrivilege.get();
    }

    /// Bodies that are not read now, because their reservations wait.
    public int waiting() {
        return waitingCount;
    }

    /// The number of times that a reservation had to wait.
    public long pauses() {
        return pauses.get();
    }

    /// Reserves bytes for work that can be left out.
    ///
    /// @return whether they fit; then they must be [released][#release]
    public boolean reserve(long bytes) {
        if (waitingCount > 0 && bytes > SMALL) {
            return false;
        }
        return take(bytes, 0);
    }

    /// Reserves bytes for a body.
    ///
    /// @param declared bytes that it says it needs, these among them; 0 where it does not say
    boolean reserve(long bytes, long declared) {
        return (waitingCount == 0 || bytes <= SMALL) && take(bytes, declared);
    }

    private boolean take(long bytes, long declared) {
        while (true) {
            long now = reserved.get();
            if (shared - now < Math.max(HEADROOM * bytes, declared)) {
                return false;
            }
            if (reserved.compareAndSet(now, now + bytes)) {
                return true;
            }
        }
    }

    /// Reserves bytes that have arrived already, as long as there are any.
    boolean takeArrived(long bytes) {
        if (reserved.addAndGet(bytes) <= shared) {
            return true;
        }
        release(bytes);
        return false;
    }

    /// Reserves bytes that have arrived of the body that has the privilege.
    synchronized boolean takeArrivedByPrivilege(BodyReservation reservation, long bytes) {
        return takeByPrivilege(reservation, bytes);
    }

    public void release(long bytes) {
        reserved.addAndGet(-bytes);
        if (waitingCount > 0) {
            grantWaiting();
        }
    }

    /// Reserves bytes where the usual way failed: by privilege, or once others are released.
    synchronized BodyReservation.Grant waitFor(BodyReservation reservation, long bytes) {
        if ((waiting.isEmpty() || bytes <= SMALL) && take(bytes, reservation.declared())) {
            return reservation.granted(bytes);
        }
        if (privileged == null && waiting.isEmpty()) {
            privileged = reservation;
        }
        if (takeByPrivilege(reservation, bytes)) {
            return reservation.granted(bytes);
        }
        if (waiting.size() >= MOST_WAITING) {
            return BodyReservation.Grant.REFUSED;
        }
        reservation.await(bytes);
        waiting.add(reservation);
        waitingCount = waiting.size();
        pauses.incrementAndGet();
        // What was released since was released for nobody.
        resume(grant());
        return reservation.isWaiting() ? BodyReservation.Grant.WAITING : BodyReservation.Grant.GRANTED;
    }

    private boolean takeByPrivilege(BodyReservation reservation, long bytes) {
        if (privileged != reservation || byPrivilege.get() + bytes > limit - shared) {
            return false;
        }
        byPrivilege.addAndGet(bytes);
        reservation.addByPrivilege(bytes);
        return true;
    }

    private void grantWaiting() {
        List<BodyReservation> granted;
        synchronized (this) {
            granted = grant();
        }
        resume(granted);
    }

    /// Grants what fits, the oldest first.
    private List<BodyReservation> grant() {
        if (privileged == null) {
            privileged = waiting.peek();
        }
        List<BodyReservation> granted = new ArrayList<>();
        for (Iterator<BodyReservation> each = waiting.iterator(); each.hasNext(); ) {
            BodyReservation next = each.next();
            long bytes = next.awaited();
            if (take(bytes, next.declared()) || takeByPrivilege(next, bytes)) {
                each.remove();
                var _ = next.granted(bytes);
                granted.add(next);
            }
        }
        waitingCount = waiting.size();
        return granted;
    }

    /// Never on the caller's thread, which may hold the monitor of another request.
    private void resume(List<BodyReservation> granted) {
        granted.forEach(each -> executor.execute(each.reader()::readOn));
    }

    /// Forgets a reservation that waits or has the privilege.
    ///
    /// @param returned of the bytes that it had by privilege
    void forget(BodyReservation reservation, long returned) {
        List<BodyReservation> granted;
        synchronized (this) {
            byPrivilege.addAndGet(-returned);
            waiting.remove(reservation);
            if (privileged == reservation) {
                privileged = null;
            }
            waitingCount = waiting.size();
            granted = waiting.isEmpty() ? List.of() : grant();
        }
        resume(granted);
    }

    /// A reader of a body, which pauses while its reservation waits.
    @FunctionalInterface
    public interface PausableReader {
        /// The awaited bytes are reserved: the body is read on.
        void readOn();
    }
}
