package dev.sluice.picker.scheduling;

import dev.sluice.picker.decision.Decision;
import dev.sluice.picker.decision.Reroute;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.pool.Endpoint;
import java.time.Duration;
import java.util.List;

/// The result of scheduling.
public sealed interface Pick {
    /// Send the request to the first of these; the others follow, in order, should it fail.
    ///
    /// @param position of the first in the pool's snapshot
    record Picked(List<Endpoint> endpoints, int position, Decision decision) implements Pick {
        public Picked {
            endpoints = List.copyOf(endpoints);
            if (endpoints.isEmpty()) {
                throw new IllegalArgumentException("a pick without an endpoint is none");
            }
        }

        public Picked moved(Reroute why) {
            return new Picked(endpoints, position, decision.moved(why));
        }
    }

    /// The pool has no endpoint that could be chosen.
    ///
    /// @param faulty how many it has, all of them with a failed GPU
    record NoEndpoints(int faulty) implements Pick {}

    /// The pool has endpoints, but none that the proxy's subset hint allows.
    record SubsetEmpty() implements Pick {}

    /// All endpoints that may be chosen have said that they do not serve the adapter.
    record AdapterNotServing(ModelName adapter) implements Pick {}

    /// All endpoints would give a sheddable request its first token too late.
    ///
    /// @param by how much, where it would be least
    record TooLate(Duration by) implements Pick {}
}
