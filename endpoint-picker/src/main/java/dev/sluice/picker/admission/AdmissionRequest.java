package dev.sluice.picker.admission;

import dev.sluice.picker.model.Preempts;
import dev.sluice.picker.model.Priority;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A request that asks admission whether it may run.
///
/// @param preempts which running requests it may preempt where its pool has no capacity
/// @param tenant account that its tokens are charged to
/// @param weight the tenant's share of service relative to others, from 1
/// @param bytes of its body that the picker holds while it waits
/// @param dueNanos deadline of its first token, by the ticker; [Long#MAX_VALUE] for none
/// @param reuse how much of its prompt an endpoint holds; asked while it waits
/// @param elsewhere whether another pool that serves it has capacity; null where it has one pool. Called with the
///     queue's lock
public record AdmissionRequest(
        Priority priority,
        Preempts preempts,
        String tenant,
        int weight,
        long bytes,
        long dueNanos,
        Reuse reuse,
        @Nullable BooleanSupplier elsewhere) {
    public AdmissionRequest {
        if (weight < 1) {
            throw new IllegalArgumentException("weight must be at least 1: " + weight);
        }
    }

    /// A request that one pool serves.
    public AdmissionRequest(
            Priority priority, Preempts preempts, String tenant, int weight, long bytes, long dueNanos, Reuse reuse) {
        this(priority, preempts, tenant, weight, bytes, dueNanos, reuse, null);
    }

    /// A request without preemption, deadline and known prompt.
    public AdmissionRequest(Priority priority, String tenant, int weight, long bytes) {
        this(priority, Preempts.NOBODY, tenant, weight, bytes, Long.MAX_VALUE, Reuse.NONE);
    }

    /// Whether it could go to another pool now.
    boolean isMovable() {
        return elsewhere != null && elsewhere.getAsBoolean();
    }

    /// Whether the request is refused rather than served late.
    boolean isRefusedLate() {
        return priority.isSheddable() && dueNanos < Long.MAX_VALUE;
    }
}
