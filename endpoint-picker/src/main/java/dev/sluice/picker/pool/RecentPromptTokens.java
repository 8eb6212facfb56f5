package dev.sluice.picker.pool;

import static dev.sluice.picker.constants.LoadConstants.RECENT_NANOS;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/// Tokens of the prompts placed on an endpoint lately, split into cached and new ones.
///
/// The sums decay: after a minute without a placement half is left. Thread-safe; writers do not wait, and a
/// reader finds both sums of one moment.
public final class RecentPromptTokens {
    private static final AtomicReferenceFieldUpdater<RecentPromptTokens, Sums> SUMS =
            AtomicReferenceFieldUpdater.newUpdater(RecentPromptTokens.class, Sums.class, "sums");

    private volatile Sums sums = new Sums(0, 0, 0);

    private record Sums(double newTokens, double heldTokens, long atNanos) {
        /// Hyperbolic: as good as an exponential where placements are frequent, and a division where prices are made.
        double share(long now) {
            return 1 / (1 + Math.max(0, now - atNanos) / RECENT_NANOS);
        }
    }

    /// A prompt was placed.
    public void placed(long now, double newTokens, double heldTokens) {
        SUMS.updateAndGet(this, last -> {
            double share = last.share(now);
            return new Sums(last.newTokens * share + newTokens, last.heldTokens * share + heldTokens, now);
        });
    }

    public double newTokens(long now) {
        Sums last = sums;
        return last.newTokens * last.share(now);
    }

    /// New tokens per second, as lately.
    public double newTokensPerSecond(long now) {
        return newTokens(now) / (RECENT_NANOS * 1e-9);
    }

    public double heldTokens(long now) {
        Sums last = sums;
        return last.heldTokens * last.share(now);
    }
}
