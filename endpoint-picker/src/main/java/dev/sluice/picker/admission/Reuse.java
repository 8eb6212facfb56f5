package dev.sluice.picker.admission;

import dev.sluice.picker.pool.Endpoint;

/// How much of a request's prompt an endpoint has computed already.
@FunctionalInterface
public interface Reuse {
    Reuse NONE = _ -> 0;

    /// In blocks of a prompt.
    int at(Endpoint endpoint);
}
