package dev.sluice.picker.model;

import java.time.Duration;

/// Where waiting enters: runs something later, on a thread that must not block.
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
