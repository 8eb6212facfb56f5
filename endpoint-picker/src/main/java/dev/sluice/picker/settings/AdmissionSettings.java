package dev.sluice.picker.settings;

import java.time.Duration;

/// The settings of a pool's admission: when requests wait in the picker, for how long and how many.
///
/// @param enabled whether requests ever wait
/// @param queueing a pool is saturated when a request would wait longer than this at its best endpoint, as predicted
/// @param headroom the share of that time and of the KV cache, 0 to 1, that sheddable requests leave to others
/// @param patience how long a request waits at most
/// @param limits how many requests wait at most
public record AdmissionSettings(
        boolean enabled, Duration queueing, double headroom, Patience patience, QueueLimits limits) {
    private static final long MEBIBYTE = 1 << 20;

    public static final AdmissionSettings DEFAULT = new AdmissionSettings(
            true,
            Duration.ofMillis(500),
            0.35,
            new Patience(Duration.ofSeconds(60), Duration.ofSeconds(1)),
            new QueueLimits(
                    new Limits(5_000, 128 * MEBIBYTE),
                    new Limits(4_000, 96 * MEBIBYTE),
                    new Limits(1_000, 32 * MEBIBYTE)));

    public AdmissionSettings {
        if (queueing.isNegative()) {
            throw new IllegalArgumentException("maximum queueing must not be negative: " + queueing);
        }
        if (!(headroom >= 0 && headroom <= 1)) {
            throw new IllegalArgumentException("headroom " + headroom + " is not in [0, 1]");
        }
    }

    /// The longest waits of a request.
    ///
    /// @param saturated while the pool has endpoints
    /// @param empty while the pool has none
    public record Patience(Duration saturated, Duration empty) {
        public Patience {
            if (saturated.isNegative() || empty.isNegative()) {
                throw new IllegalArgumentException("timeouts must not be negative: " + saturated + ", " + empty);
            }
        }
    }

    /// The limits of a pool's queue.
    ///
    /// @param total all requests of the pool
    /// @param each requests of each priority from 0 on
    /// @param sheddable requests of each priority below 0
    public record QueueLimits(Limits total, Limits each, Limits sheddable) {}

    /// The most requests that wait, and the most bytes that their bodies have together.
    public record Limits(int requests, long bytes) {
        public Limits {
            if (requests < 0 || bytes < 0) {
                throw new IllegalArgumentException("limits must not be negative: " + requests + ", " + bytes);
            }
        }
    }

    public AdmissionSettings withHeadroom(double share) {
        return new AdmissionSettings(enabled, queueing, share, patience, limits);
    }
}
