package dev.sluice.picker.admission;

import java.util.concurrent.atomic.AtomicLongArray;

/// How much service each tenant has got: virtual token counters, as in *Fairness in Serving Large Language Models*
/// (OSDI '24), but charged for the prompt tokens that were not cached.
///
/// Tenants are named by clients, so there is no counter for each: they share a fixed number by the hash of their name,
/// and of two that meet in one both are served a little less.
final class Account {
    /// What a token of an answer costs in tokens of a prompt.
    private static final int OUTPUT_WEIGHT = 2;
    /// What a tenant had before it began to wait counts against it up to this.
    static final long MOST_DEBT = 100_000;

    private static final int COUNTERS = 1 << 12;

    private final AtomicLongArray served = new AtomicLongArray(COUNTERS);

    static long service(long promptTokens, long outputTokens) {
        return Math.max(0, promptTokens) + OUTPUT_WEIGHT * Math.max(0, outputTokens);
    }

    static int counter(String tenant) {
        int hash = tenant.hashCode() * 0x9E3779B9;
        return hash >>> (Integer.SIZE - Integer.numberOfTrailingZeros(COUNTERS));
    }

    long served(int counter) {
        return served.get(counter);
    }

    void charge(int counter, long tokens) {
        served.addAndGet(counter, tokens);
    }

    /// A tenant begins to wait: time in which it asked for nothing earns it no right to more than those that wait
    /// already, and what it had before is no reason to starve it.
    ///
    /// @param level what those have that are served next
    void enter(int counter, long level) {
        served.updateAndGet(counter, now -> Math.clamp(now, level, level + MOST_DEBT));
    }
}
