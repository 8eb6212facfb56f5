package dev.sluice.picker.routing;

import dev.sluice.picker.model.Outcome;

/// What became of a request that asked for an endpoint.
public sealed interface Routing {
    /// It has one; the placement accompanies it to its end.
    record Placed(Placement placement) implements Routing {}

    /// It has none, and this is why; the message is for the client.
    record Refused(Outcome outcome, String message) implements Routing {}
}
