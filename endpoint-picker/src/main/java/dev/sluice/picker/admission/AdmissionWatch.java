package dev.sluice.picker.admission;

import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.request.Priority;
import java.util.function.IntSupplier;

/// The observer of admission, for meters.
public interface AdmissionWatch {
    AdmissionWatch NOBODY = new AdmissionWatch() {
        @Override
        public void opened(PoolId pool, IntSupplier waiting) {}

        @Override
        public void ended(PoolId pool, Priority priority, String end, long waitedNanos) {}
    };

    /// A pool's first request has come.
    ///
    /// @param waiting reads how many requests are queued
    void opened(PoolId pool, IntSupplier waiting);

    /// @param end `admitted`, `elsewhere` when another pool that serves it had capacity first, `gone` when the client
    ///     went away, or an outcome's label
    /// @param waitedNanos 0 for requests that were refused at once
    void ended(PoolId pool, Priority priority, String end, long waitedNanos);

    /// A step of a loop failed, and the loop goes on.
    ///
    /// @param loop which one, as a label value
    default void faulted(String loop) {}
}
