package dev.sluice.picker.admission;

import dev.sluice.picker.model.Outcome;
import java.time.Duration;

/// Whether a request may run: now, when it is told so, or not at all.
public sealed interface Admission permits Seat, Admission.Waiting, Admission.Elsewhere, Admission.Refused {
    /// It waits; whoever asked is told once what becomes of it, unless the ticket is given back first.
    record Waiting(Ticket ticket) implements Admission {}

    /// It waited, and another pool that serves it has room, or its own was deleted: it is to be routed again.
    ///
    /// @param sinceNanos since when it has waited
    record Elsewhere(long sinceNanos) implements Admission {}

    /// It may not.
    ///
    /// @param retryAfter when it is worth another try, as predicted
    record Refused(Outcome outcome, Duration retryAfter) implements Admission {}
}
