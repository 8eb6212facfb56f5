package dev.sluice.picker.pool.signal;

/// The state of a LoRA adapter at an endpoint, as far as it is known.
public enum AdapterState {
    /// The server says that it serves it.
    SERVING,
    /// The server says nothing of it.
    UNKNOWN,
    /// The server does not have it. Some load an adapter when it is first asked for, so this is no refusal.
    ABSENT,
    /// The server says that it does not serve it now.
    NOT_SERVING
}
