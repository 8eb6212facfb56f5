package dev.sluice.picker.signals.engine;

/// Where a pod serves a page.
///
/// @param port of the pod
record ScrapeTarget(int port, String path) {
    /// That on which the endpoint serves.
    static final int OWN_PORT = 0;
}
