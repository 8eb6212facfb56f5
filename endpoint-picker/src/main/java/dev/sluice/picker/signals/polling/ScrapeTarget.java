package dev.sluice.picker.signals.polling;

/// Where a pod serves a page.
///
/// @param port of the pod
public record ScrapeTarget(int port, String path) {
    /// That on which the endpoint serves.
    public static final int OWN_PORT = 0;
}
