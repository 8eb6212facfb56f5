package dev.sluice.picker.request;

/// Which running requests a queued request may preempt.
public enum Preempts {
    NOBODY,
    /// Sheddable requests that run, of lower priority than its own.
    LOWER_PRIORITY
}
