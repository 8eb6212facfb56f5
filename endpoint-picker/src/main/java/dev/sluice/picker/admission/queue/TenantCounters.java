package dev.sluice.picker.admission.queue;

import dev.sluice.picker.choice.Hashing;
import dev.sluice.picker.pool.ChangeMarks;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntConsumer;

/// Tokens served to each tenant: virtual token counters, as in *Fairness in Serving Large Language Models* (OSDI
/// '24), charged for prompt tokens that were not cached.
///
/// Clients name tenants, so there is no counter for each name: names share a fixed number of counters by hash.
/// Two tenants that share a counter are both served a little less.
public final class TenantCounters {
    /// The cost of an answer's token in tokens of a prompt.
    private static final int OUTPUT_WEIGHT = 2;
    /// The tokens that a tenant had before it began to wait count against it up to this number.
    static final long MOST_DEBT = 100_000;

    private static final int COUNTER_BITS = 12;
    static final int COUNTERS = 1 << COUNTER_BITS;

    private final AtomicLongArray served = new AtomicLongArray(COUNTERS);
    private final ChangeMarks changed = new ChangeMarks(COUNTERS);

    public static long service(long promptTokens, long outputTokens) {
        return Math.max(0, promptTokens) + OUTPUT_WEIGHT * Math.max(0, outputTokens);
    }

    public static int counter(String tenant) {
        return Hashing.slot(tenant.hashCode(), COUNTER_BITS);
    }

    public long served(int counter) {
        return served.get(counter);
    }

    public void charge(int counter, long tokens) {
        served.addAndGet(counter, tokens);
        changed.mark(counter);
    }

    /// A tenant's first request is queued. An idle tenant gains no credit against the ones that waited, and its
    /// earlier use does not starve it.
    ///
    /// @param level tokens served to the tenant that is next
    void enter(int counter, long level) {
        served.updateAndGet(counter, now -> Math.clamp(now, level, level + MOST_DEBT));
        changed.mark(counter);
    }

    /// Visits the counters that have changed since the last visit. A counter that changes meanwhile is
    /// visited now or the next time.
    void visitChanged(IntConsumer visitor) {
        changed.take(visitor);
    }
}
