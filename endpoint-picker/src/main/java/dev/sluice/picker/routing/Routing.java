package dev.sluice.picker.routing;

import dev.sluice.picker.admission.Ticket;
import dev.sluice.picker.model.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What became of a request that asked for an endpoint.
public sealed interface Routing {
    /// It has one; the placement accompanies it to its end.
    record Placed(Placement placement) implements Routing {}

    /// It waits for its turn, until the ticket is given back.
    record Waiting(Ticket ticket) implements Routing {
        /// Counts how much of its body is held by now. Where that is too much, the request is told that it is
        /// refused, as when it has waited for too long.
        ///
        /// @param most bytes that one request may hold
        public void hold(long bytes, long most) {
            ticket.hold(bytes, most);
        }

        /// Nobody waits for it any more.
        public void giveBack() {
            ticket.giveBack();
        }
    }

    /// It has none, and this is why; the message is for the client.
    ///
    /// @param retryAfter when it is worth another try, or null where nothing can be predicted
    record Refused(
            Outcome outcome, String message, @Nullable Duration retryAfter) implements Routing {
        public Refused(Outcome outcome, String message) {
            this(outcome, message, null);
        }
    }
}
