package dev.sluice.picker.admission;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A request that asks admission whether it may run.
///
/// @param bytes of its body that the picker holds while it waits
/// @param dueNanos deadline of its first token, by the ticker; [Long#MAX_VALUE] for none
/// @param reuse how much of its prompt an endpoint holds; asked while it waits
/// @param elsewhere whether another pool that serves it has capacity; null where it has one pool. Called with the
///     queue's lock
public record AdmissionRequest(
        Precedence precedence,
        TenantShare tenant,
        long bytes,
        long dueNanos,
        Reuse reuse,
        @Nullable BooleanSupplier elsewhere) {
    /// The request could go to another pool now.
    boolean isMovable() {
        return elsewhere != null && elsewhere.getAsBoolean();
    }

    /// The request is refused rather than served late.
    boolean isRefusedLate() {
        return precedence.priority().isSheddable() && dueNanos < Long.MAX_VALUE;
    }
}
