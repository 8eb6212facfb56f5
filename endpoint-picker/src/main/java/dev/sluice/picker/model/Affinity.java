package dev.sluice.picker.model;

import java.time.Duration;

/// That the requests of one session go to one endpoint, and how far that goes.
///
/// @param cookie the name of the cookie that tells it
/// @param timeToLive how long a token is good
public record Affinity(String cookie, Duration timeToLive, AffinityMode mode) {
    /// What a session's endpoint is worth.
    public enum AffinityMode {
        /// It serves the session as long as it costs little more than the best.
        SOFT,
        /// It serves the session as long as it is a candidate.
        STRICT
    }
}
