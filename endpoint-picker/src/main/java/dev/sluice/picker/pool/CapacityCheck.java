package dev.sluice.picker.pool;

/// Tells whether an endpoint may take a request without using capacity that is kept for others.
@FunctionalInterface
public interface CapacityCheck {
    boolean hasCapacityAt(Endpoint endpoint, long nowNanos);
}
