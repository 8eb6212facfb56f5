package dev.sluice.picker.pricing;

/// When an endpoint would start a request, as predicted.
public enum Start {
    /// With one of its next steps.
    AT_ONCE,
    /// After a prefill that runs there.
    NEXT,
    /// After other requests that wait there: for their prefill, a batch slot or KV cache.
    QUEUED
}
