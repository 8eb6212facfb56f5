package dev.sluice.picker.pool;

import static dev.sluice.picker.constants.LoadConstants.RECENT_NANOS;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/// Tokens of the prompts placed on an endpoint lately, split into cached and new ones.
///
/// The sums decay: after a minute without a placement half is left. Under load each placement begins a short decay
/// anew, and many short ones compound to an exponential with the minute as its time constant: a minute of load leaves
/// 1/e. So the sum of a steady load of 100 tokens a second is 6,000, and its rate is read as 100.
///
/// Thread-safe; writers do not wait, and a reader finds both sums of one moment.
public final class RecentPromptTokens {
    private static final AtomicReferenceFieldUpdater<RecentPromptTokens, Sums> SUMS =
            AtomicReferenceFieldUpdater.newUpdater(RecentPromptTokens.class, Sums.class, "sums");

    private final ChangeMark change;
    private volatile Sums sums = new Sums(0, 0, 0);

    RecentPromptTokens(ChangeMark change) {
        this.change = change;
    }

    private record Sums(double newTokens, double heldTokens, long atNanos) {
        double share(long now) {
            return RecentPromptTokens.share(now - atNanos);
        }
    }

    /// The share of the sums that is left after a time. Hyperbolic: where placements are frequent it is as
    /// good as an exponential, and prices pay for a division only.
    public static double share(long nanos) {
        return 1 / (1 + Math.max(0, nanos) / RECENT_NANOS);
    }

    /// A prompt was placed.
    public void placed(long now, double newTokens, double heldTokens) {
        SUMS.updateAndGet(this, last -> {
            double share = last.share(now);
            return new Sums(last.newTokens * share + newTokens, last.heldTokens * share + heldTokens, now);
        });
        change.setPrice();
    }

    /// The time when the last prompt was placed.
    long atNanos() {
        return sums.atNanos;
    }

    /// At that moment.
    double newTokens() {
        return sums.newTokens;
    }

    /// At that moment.
    double heldTokens() {
        return sums.heldTokens;
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
