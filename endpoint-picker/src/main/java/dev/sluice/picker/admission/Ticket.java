package dev.sluice.picker.admission;

import dev.sluice.picker.model.Outcome;
import dev.sluice.picker.model.Timer;
import java.time.Duration;
import java.util.Comparator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A request that waits. It leaves its line once: to run, refused, or given back.
public final class Ticket {
    /// Among those of one tenant: whose first token is due earliest, which makes the greatest delay least (Jackson's
    /// rule); of those without an objective, who came first.
    static final Comparator<Ticket> BY_TURN = (one, other) -> {
        int byUrgency = Long.compare(one.urgencyNanos, other.urgencyNanos);
        return byUrgency == 0 ? Long.compare(one.number, other.number) : byUrgency;
    };

    final Applicant applicant;
    final long sinceNanos;
    /// Of the request's body, as the limits count them. Written with the line's lock, by calls of [#hold] alone, which
    /// come one after the other.
    long bytes;
    private final long patienceNanos;
    /// When it should be served; not after it would have lost its patience, so that everybody's turn comes.
    private final long urgencyNanos;
    private final Line line;
    private final Consumer<Admission> told;
    /// With the line's lock, as what follows.
    Timer.@Nullable Pending deadline;
    /// Given in the order of arrival.
    long number;
    /// How often others went whose turn it was after it; with the line's lock.
    int passed;

    /// @param patience how long it waits at most
    Ticket(Applicant applicant, long sinceNanos, Duration patience, Line line, Consumer<Admission> told) {
        this.applicant = applicant;
        this.bytes = applicant.bytes();
        this.sinceNanos = sinceNanos;
        this.patienceNanos = patience.toNanos();
        this.urgencyNanos = Math.min(applicant.dueNanos(), sinceNanos + patienceNanos);
        this.line = line;
        this.told = told;
    }

    /// How long it may still wait.
    Duration patience(long now) {
        return Duration.ofNanos(Math.max(0, lastNanos() - now));
    }

    /// Why it leaves that has waited so long.
    Outcome expiry() {
        return lastNanos() < sinceNanos + patienceNanos ? Outcome.OBJECTIVE_UNREACHABLE : Outcome.QUEUE_TIMEOUT;
    }

    private long lastNanos() {
        return applicant.isRefusedLate() ? urgencyNanos : sinceNanos + patienceNanos;
    }

    /// Counts how much of the request's body is held by now, where more comes while it waits; its length as known
    /// when it began to wait is counted already. A request that may not hold so much is told that it is refused.
    ///
    /// @param most bytes that one request may hold
    public void hold(long held, long most) {
        if (held > Math.min(bytes, most)) {
            line.hold(this, held, most);
        }
    }

    /// Gives it back: nobody waits for it any more. Without effect once the request has left the line.
    public void giveBack() {
        line.withdraw(this);
    }

    void tell(Admission admission) {
        told.accept(admission);
    }
}
