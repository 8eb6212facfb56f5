package dev.sluice.picker.admission;

import dev.sluice.picker.model.Timer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A request that waits. It leaves its line once: to run, refused, or given back.
public final class Ticket {
    final Applicant applicant;
    final long sinceNanos;
    private final Line line;
    private final Consumer<Admission> told;
    /// With the line's lock.
    Timer.@Nullable Pending deadline;
    /// How often others went whose turn it was after it; with the line's lock.
    int passed;

    Ticket(Applicant applicant, long sinceNanos, Line line, Consumer<Admission> told) {
        this.applicant = applicant;
        this.sinceNanos = sinceNanos;
        this.line = line;
        this.told = told;
    }

    /// Gives it back: nobody waits for it any more. Without effect once the request has left the line.
    public void giveBack() {
        line.withdraw(this);
    }

    void tell(Admission admission) {
        told.accept(admission);
    }
}
