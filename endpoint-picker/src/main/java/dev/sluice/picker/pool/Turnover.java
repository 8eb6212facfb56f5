package dev.sluice.picker.pool;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/// How many tokens of the prompts placed on an endpoint lately were new to its cache, and how many it held already.
///
/// The sums fade: after a minute without a placement half of them is left. Any thread may write, none waits, and
/// a reader finds both sums of one moment.
public final class Turnover {
    private static final double HALF_LIFE_NANOS = 60e9;
    private static final AtomicReferenceFieldUpdater<Turnover, Sums> SUMS =
            AtomicReferenceFieldUpdater.newUpdater(Turnover.class, Sums.class, "sums");

    private volatile Sums sums = new Sums(0, 0, 0);

    private record Sums(double newTokens, double heldTokens, long atNanos) {
        /// Hyperbolic: as good as an exponential where placements are frequent, and a division where prices are made.
        double share(long now) {
            return 1 / (1 + Math.max(0, now - atNanos) / HALF_LIFE_NANOS);
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
        return newTokens(now) / (HALF_LIFE_NANOS * 1e-9);
    }

    public double heldTokens(long now) {
        Sums last = sums;
        return last.heldTokens * last.share(now);
    }
}
