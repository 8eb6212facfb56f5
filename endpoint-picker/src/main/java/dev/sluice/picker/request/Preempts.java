package dev.sluice.picker.request;

/// The running requests that a queued request may preempt.
public enum Preempts {
    NOBODY,
    /// Sheddable requests that run, of lower priority than its own.
    LOWER_PRIORITY
}
