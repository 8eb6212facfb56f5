package dev.sluice.picker.admission;

import dev.sluice.picker.model.Preempts;
import dev.sluice.picker.model.Priority;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A request that asks whether it may run.
///
/// @param preempts whom it may end where there is no room for it
/// @param tenant whom its work is charged to
/// @param weight how much of the service the tenant is due in proportion to others, from 1
/// @param bytes that are held while it waits
/// @param dueNanos when its first token is due, by the ticker; [Long#MAX_VALUE] where it may come at any time
/// @param reuse asked while it waits
/// @param elsewhere whether another pool that serves it has room; null where no other may have it. Asked with
///     the line's lock
public record Applicant(
        Priority priority,
        Preempts preempts,
        String tenant,
        int weight,
        long bytes,
        long dueNanos,
        Reuse reuse,
        @Nullable BooleanSupplier elsewhere) {
    public Applicant {
        if (weight < 1) {
            throw new IllegalArgumentException("weight must be at least 1: " + weight);
        }
    }

    /// One for which there is one pool.
    public Applicant(
            Priority priority, Preempts preempts, String tenant, int weight, long bytes, long dueNanos, Reuse reuse) {
        this(priority, preempts, tenant, weight, bytes, dueNanos, reuse, null);
    }

    /// One that ends nobody, has no objective, and whose prompt nobody has seen.
    public Applicant(Priority priority, String tenant, int weight, long bytes) {
        this(priority, Preempts.NOBODY, tenant, weight, bytes, Long.MAX_VALUE, Reuse.NONE);
    }

    /// Whether it could go to another pool now.
    boolean isMovable() {
        return elsewhere != null && elsewhere.getAsBoolean();
    }

    /// Whether it is better refused than served late.
    boolean isRefusedLate() {
        return priority.isSheddable() && dueNanos < Long.MAX_VALUE;
    }
}
