package dev.sluice.lab.contender;

import dev.sluice.lab.workload.Arrival;

/// The chooser of a published design chooses among servers; its own notes are its own affair.
interface Chooser {
    int choose(Sight sight, Arrival request);

    /// The request went to the server that was chosen.
    default void placed(Sight sight, Arrival request, int server) {}

    default void firstToken(Sight sight, Arrival request, int server) {}

    default void ended(Sight sight, Arrival request, int server) {}
}
