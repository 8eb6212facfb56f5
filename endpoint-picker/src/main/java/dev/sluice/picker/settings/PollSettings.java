package dev.sluice.picker.settings;

import java.time.Duration;

/// The polling of endpoints' metrics.
///
/// @param interval between two readings of an endpoint
/// @param staleness signals older than this are not used; requests are then placed by what the picker
///     itself knows
/// @param adaptive whether endpoints without work are read less often
public record PollSettings(Duration interval, Duration staleness, boolean adaptive) {
    public static final PollSettings DEFAULT = new PollSettings(Duration.ofMillis(50), Duration.ofSeconds(2), true);

    public PollSettings {
        if (!interval.isPositive() || !staleness.isPositive()) {
            throw new IllegalArgumentException(
                    "poll interval and staleness must be positive: " + interval + ", " + staleness);
        }
    }
}
