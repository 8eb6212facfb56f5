package dev.sluice.simulator.http;

/// The event by which a connection learns that its server takes no more requests: it ends after its last answer.
enum Draining {
    BEGUN
}
