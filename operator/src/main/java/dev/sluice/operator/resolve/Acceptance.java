package dev.sluice.operator.resolve;

import java.util.List;

/// A Gateway takes a route.
public sealed interface Acceptance {

    /// It does.
    ///
    /// @param listeners the names of those that the route attaches to, at least one
    record Accepted(List<String> listeners) implements Acceptance {

        public Accepted {
            listeners = List.copyOf(listeners);
        }
    }

    /// It does not.
    ///
    /// @param message a sentence for the route's owner
    record Refused(Cause cause, String message) implements Acceptance {}

    /// The cause for which a route is refused.
    enum Cause {
        /// No listener has the name or the port that the route asks for.
        NO_MATCHING_PARENT,
        /// The listeners it asks for take no routes of its kind or from its namespace.
        NOT_ALLOWED_BY_LISTENERS,
        /// None of its hostnames is one of the listeners'.
        NO_MATCHING_LISTENER_HOSTNAME,
        /// It asks for something that Sluice does not serve.
        UNSUPPORTED_VALUE
    }
}
