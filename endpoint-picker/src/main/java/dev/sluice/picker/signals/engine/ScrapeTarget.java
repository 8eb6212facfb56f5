package dev.sluice.picker.signals.engine;

/// The port and path of a pod at which it serves metrics.
///
/// @param port of the pod, or [#OWN_PORT]
record ScrapeTarget(int port, String path) {
    /// The port at which the endpoint serves requests.
    static final int OWN_PORT = 0;
}
