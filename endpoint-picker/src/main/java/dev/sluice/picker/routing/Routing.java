package dev.sluice.picker.routing;

import dev.sluice.picker.admission.QueueEntry;
import dev.sluice.picker.model.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The result of routing a request.
public sealed interface Routing {
    /// The request has an endpoint; the placement follows it to its end.
    record Placed(Placement placement) implements Routing {}

    /// The request is queued until its entry is cancelled or dispatched.
    record Queued(QueueEntry entry) implements Routing {
        /// Counts how much of its body is held by now. Where that is too much, the request is told that it is
        /// refused, as when it has waited for too long.
        ///
        /// @param most bytes that one request may hold
        public void hold(long bytes, long most) {
            entry.hold(bytes, most);
        }

        /// Cancels the wait.
        public void cancel() {
            entry.cancel();
        }
    }

    /// The request is refused; the message is for the client.
    ///
    /// @param retryAfter when a retry is predicted to succeed, or null where nothing can be predicted
    record Refused(
            Outcome outcome, String message, @Nullable Duration retryAfter) implements Routing {
        public Refused(Outcome outcome, String message) {
            this(outcome, message, null);
        }
    }
}
