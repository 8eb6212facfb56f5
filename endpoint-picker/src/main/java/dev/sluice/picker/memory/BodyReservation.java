package dev.sluice.picker.memory;

/// The bytes of the [body budget][BodyBudget] that one body has, from its first byte until it is passed on or dropped.
///
/// It grows ahead of the body and by as much as has come, so that a client can hold little more than it has sent. Its
/// owner calls it under one lock; grants come from other threads while it waits, and only then.
public final class BodyReservation {
    /// The bytes that a message, its array and its place in a list take beside its own.
    private static final int CHUNK_OVERHEAD = 96;
    /// Chunks of a body that came by any usual network are larger than that.
    private static final int USUAL_CHUNK = 8 << 10;
    private static final long FIRST = 16 << 10;

    private final BodyBudget budget;
    private final BodyBudget.PausableReader reader;
    private final long expected;
    private final long first;
    private final boolean isDeclared;
    private long held;
    /// Of which so many are of what is kept for one body.
    private long byPrivilege;
    private long arrived;
    /// The budget may know this reservation.
    private boolean known;
    private boolean closed;
    /// Zero unless the reservation waits.
    private volatile long awaited;

    /// The result of a wish for bytes.
    public enum Grant {
        GRANTED,
        /// The body must not be read until [BodyBudget.PausableReader#readOn].
        WAITING,
        /// The body cannot be kept.
        REFUSED
    }

    /// @param declared bytes of the whole body, or -1 where that is not known
    /// @param most bytes that the body may have
    public BodyReservation(BodyBudget budget, long declared, long most, BodyBudget.PausableReader reader) {
        this.budget = budget;
        this.expected = withOverhead(declared < 0 ? most : Math.min(declared, most));
        this.reader = reader;
        this.isDeclared = declared >= 0;
        this.first = declared < 0 ? FIRST : Math.min(expected, BodyBudget.SMALL);
    }

    static long withOverhead(long bytes) {
        return bytes + bytes / USUAL_CHUNK * CHUNK_OVERHEAD + 4 * CHUNK_OVERHEAD;
    }

    static long withoutOverhead(long bytes) {
        return Math.max(0, (bytes - 4 * CHUNK_OVERHEAD) / (USUAL_CHUNK + CHUNK_OVERHEAD) * USUAL_CHUNK);
    }

    /// Reserves the first bytes of a body that is about to come.
    ///
    /// @param whole whether it comes in one piece
    public Grant begin(boolean whole) {
        return ask(whole ? expected : first);
    }

    /// A part of the body has come, and others will.
    public Grant add(int bytes) {
        arrived += bytes + CHUNK_OVERHEAD;
        if (arrived > held) {
            long missing = arrived - held;
            if (!takeArrived(missing)) {
                return Grant.REFUSED;
            }
            held += missing;
        }
        if (held >= expected || held - arrived >= Math.min(arrived, BodyBudget.SMALL)) {
            return Grant.GRANTED;
        }
        return ask(Math.min(expected, 2 * arrived) - held);
    }

    private boolean takeArrived(long bytes) {
        return budget.takeArrived(bytes) || (known && budget.takeArrivedByPrivilege(this, bytes));
    }

    private Grant ask(long bytes) {
        if (bytes <= 0) {
            return Grant.GRANTED;
        }
        if (budget.reserve(bytes, declared())) {
            held += bytes;
            return Grant.GRANTED;
        }
        known = true;
        return budget.waitFor(this, bytes);
    }

    /// The last part of the body has come: what it was expected to be longer is returned.
    public Grant finish(int bytes) {
        arrived += bytes + CHUNK_OVERHEAD;
        long excess = held - arrived;
        if (excess < 0 && !takeArrived(-excess)) {
            return Grant.REFUSED;
        }
        if (excess < 0) {
            held = arrived;
        } else if (excess > FIRST) {
            long returned = Math.min(excess, held - byPrivilege);
            held -= returned;
            budget.release(returned);
        }
        if (known) {
            budget.forget(this, 0);
        }
        return Grant.GRANTED;
    }

    /// The body must not be read.
    public boolean isWaiting() {
        return awaited > 0;
    }

    /// Returns all bytes; again it does nothing.
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (known) {
            budget.forget(this, byPrivilege);
        }
        long bytes = held - byPrivilege;
        held = 0;
        byPrivilege = 0;
        if (bytes > 0) {
            budget.release(bytes);
        }
    }

    BodyBudget.PausableReader reader() {
        return reader;
    }

    /// The bytes that the client has said it will send and that are not reserved, or 0.
    long declared() {
        return isDeclared ? expected - held : 0;
    }

    long awaited() {
        return awaited;
    }

    void await(long bytes) {
        awaited = bytes;
    }

    void addByPrivilege(long bytes) {
        byPrivilege += bytes;
    }

    /// The volatile write comes last: the owner reads it before it reads the rest.
    Grant granted(long bytes) {
        held += bytes;
        awaited = 0;
        return Grant.GRANTED;
    }
}
