package dev.sluice.picker.model;

/// Whom a request that waits may end to make room for itself.
public enum Preempts {
    NOBODY,
    /// Sheddable requests that run, of lower priority than its own.
    LOWER_PRIORITY
}
