package dev.sluice.picker.routing;

import dev.sluice.picker.admission.QueueEntry;
import dev.sluice.picker.request.Outcome;
import dev.sluice.picker.routing.placement.Placement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The result of routing a request.
public sealed interface Routing extends RequestStage {
    /// The request has an endpoint; the placement follows it to its end.
    record Placed(Placement placement) implements Routing {}

    /// The request waits; its [Resumption] is called with the result.
    sealed interface Waiting extends Routing {
        void cancel();
    }

    /// Its prompt is becoming tokens on other threads, in bounded time.
    record Tokenizing() implements Waiting {
        /// The tokens come all the same, and are dropped.
        @Override
        public void cancel() {}
    }

    /// It is queued until its entry is cancelled or dispatched.
    record Queued(QueueEntry entry) implements Waiting {
        @Override
        public void cancel() {
            entry.cancel();
        }
    }

    /// The request is refused; the message is for the client.
    ///
    /// @param retryAfter when a retry is predicted to succeed, or null where nothing can be predicted
    record Refused(
            Outcome outcome, String message, @Nullable Duration retryAfter) implements Routing {}
}
