package dev.sluice.picker.model;

/// Where time enters: monotonic nanoseconds with an arbitrary origin.
@FunctionalInterface
public interface Ticker {
    long nanos();
}
