package dev.sluice.picker.scheduling;

import dev.sluice.picker.request.Affinity;

/// The pin tells what a request's session asks of its placement.
public sealed interface Pin {
    /// Nothing: the request is in no session.
    Pin NONE = new None();

    /// Nothing yet: its session begins with it.
    Pin NEW = new New();

    /// Nothing any more: the endpoint that served its session is not in the pool.
    Pin GONE = new Gone();

    record None() implements Pin {}

    record New() implements Pin {}

    record Gone() implements Pin {}

    /// The endpoint that served its session.
    ///
    /// @param position in the pool's snapshot
    record At(int position, Affinity.AffinityMode mode) implements Pin {}
}
