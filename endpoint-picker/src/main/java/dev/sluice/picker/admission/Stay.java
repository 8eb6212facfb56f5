package dev.sluice.picker.admission;

import dev.sluice.picker.pool.Endpoint;

/// Where a request runs and how much it weighs there.
///
/// @param prefillNanos how long the endpoint works before its first token
/// @param tokens how much context it holds
/// @param sinceNanos when it was placed, by the ticker
public record Stay(Endpoint endpoint, long prefillNanos, long tokens, long sinceNanos) {
    Stay at(Endpoint other) {
        return new Stay(other, prefillNanos, tokens, sinceNanos);
    }
}
