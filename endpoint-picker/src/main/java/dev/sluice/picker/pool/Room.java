package dev.sluice.picker.pool;

/// Where a request may be placed without taking what is kept for others.
@FunctionalInterface
public interface Room {
    boolean isAt(Endpoint endpoint, long nowNanos);
}
