package dev.sluice.picker.settings;

import java.time.Duration;

/// When requests for a pool wait in the picker, for how long and how many.
///
/// @param enabled whether they ever wait
/// @param queueing a pool is saturated when a request would wait longer than this at its best endpoint, as predicted
/// @param headroom the share of that time and of the KV cache, 0 to 1, that sheddable requests leave to others
/// @param timeout how long a request waits at most
/// @param emptyWait how long it waits at most while the pool has no endpoint
/// @param total of all requests that wait for the pool
/// @param each of those of one priority from 0 on
/// @param sheddable of those of one priority below 0
public record AdmissionSettings(
        boolean enabled,
        Duration queueing,
        double headroom,
        Duration timeout,
        Duration emptyWait,
        Limits total,
        Limits each,
        Limits sheddable) {
    private static final long MEBIBYTE = 1 << 20;

    public static final AdmissionSettings DEFAULT = new AdmissionSettings(
            true,
            Duration.ofMillis(500),
            0.35,
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            new Limits(5_000, 128 * MEBIBYTE),
            new Limits(4_000, 96 * MEBIBYTE),
            new Limits(1_000, 32 * MEBIBYTE));

    /// How many may wait.
    ///
    /// @param bytes of their bodies
    public record Limits(int requests, long bytes) {
        public Limits {
            if (requests < 0 || bytes < 0) {
                throw new IllegalArgumentException("limits must not be negative: " + requests + ", " + bytes);
            }
        }
    }

    public AdmissionSettings {
        if (queueing.isNegative() || timeout.isNegative() || emptyWait.isNegative()) {
            throw new IllegalArgumentException("the times of admission must not be negative");
        }
        if (!(headroom >= 0 && headroom <= 1)) {
            throw new IllegalArgumentException("headroom " + headroom + " is not in [0, 1]");
        }
    }

    public AdmissionSettings withHeadroom(double share) {
        return new AdmissionSettings(enabled, queueing, share, timeout, emptyWait, total, each, sheddable);
    }
}
