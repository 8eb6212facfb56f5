package dev.sluice.picker.time;

import java.time.Duration;

/// A timer runs something later, on a thread that must not block; all waiting enters through it.
@FunctionalInterface
public interface Timer {
    Pending after(Duration delay, Runnable action);

    /// Something that is yet to run.
    @FunctionalInterface
    interface Pending {
        /// Keeps it from running, unless it already does.
        void cancel();
    }
}
