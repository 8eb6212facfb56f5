package dev.sluice.picker.admission;

import dev.sluice.picker.request.Outcome;
import java.time.Duration;

/// The answer of admission to a request: it runs now, waits, or is refused.
public sealed interface Admission permits AdmissionPermit, Admission.Enqueued, Admission.Elsewhere, Admission.Denied {
    /// The request waits. Its callback is called once, unless the entry is cancelled first.
    record Enqueued(QueueEntry entry) implements Admission {}

    /// The request waited, and another pool that serves it has capacity: admission there is next.
    ///
    /// @param sinceNanos when it began to wait
    record Elsewhere(long sinceNanos) implements Admission {}

    /// The request is refused.
    ///
    /// @param retryAfter when a retry is predicted to succeed
    record Denied(Outcome outcome, Duration retryAfter) implements Admission {}
}
