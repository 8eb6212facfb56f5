package dev.sluice.picker.time;

/// A ticker tells monotonic nanoseconds with an arbitrary origin; all time enters through it.
@FunctionalInterface
public interface Ticker {
    long nanos();
}
