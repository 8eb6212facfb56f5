package dev.sluice.picker.request;

import java.time.Duration;

/// Session affinity sends the requests of one session to one endpoint; the record says how firmly and how long.
///
/// @param cookie the name of the cookie that tells it
/// @param timeToLive how long a token is good
public record Affinity(String cookie, Duration timeToLive, AffinityMode mode) {
    /// The worth of a session's endpoint.
    public enum AffinityMode {
        /// It serves the session as long as it costs little more than the best.
        SOFT,
        /// It serves the session as long as it is a candidate.
        STRICT
    }
}
