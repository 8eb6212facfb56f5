package dev.sluice.picker.admission;

import dev.sluice.picker.pool.Endpoint;

/// The part of a request's prompt that an endpoint has computed already.
@FunctionalInterface
public interface Reuse {
    Reuse NONE = _ -> 0;

    /// In blocks of a prompt.
    int at(Endpoint endpoint);
}
