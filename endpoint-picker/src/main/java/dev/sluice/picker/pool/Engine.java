package dev.sluice.picker.pool;

/// The inference server an endpoint runs, which decides the names of its metrics.
public enum Engine {
    VLLM
}
