package dev.sluice.picker.pool.signal;

/// A number in [Signals] that another source than the engine itself may tell.
public enum SignalField {
    WAITING,
    RUNNING,
    KV_USAGE,
    KV_CAPACITY_TOKENS
}
