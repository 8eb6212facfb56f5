package dev.sluice.picker.pool;

/// The endpoint of a request, and the work and memory that it takes there.
///
/// @param prefillNanos how long the endpoint works before its first token
/// @param tokens context that it holds
/// @param sinceNanos when it was placed, by the ticker
public record Footprint(Endpoint endpoint, long prefillNanos, long tokens, long sinceNanos) {
    public Footprint at(Endpoint other) {
        return new Footprint(other, prefillNanos, tokens, sinceNanos);
    }
}
