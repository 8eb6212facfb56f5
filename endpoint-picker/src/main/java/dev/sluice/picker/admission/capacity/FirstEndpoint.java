package dev.sluice.picker.admission.capacity;

import dev.sluice.picker.pool.PoolSnapshot;
import java.time.Duration;

/// The first endpoint of a pool that had none, which the proxy learns of later than the picker does.
///
/// The picker sees a pod become ready by itself; the proxy is told by its control plane. A queued request that goes
/// on in between finds no healthy upstream there, after it has waited for minutes. Of further endpoints nobody has
/// to wait for the proxy, which falls back to those that it knows.
///
/// Needs the lock of its queue.
public final class FirstEndpoint {
    public static final Duration LAG = Duration.ofMillis(500);

    private boolean pending;
    private boolean seen;
    private long seenNanos;

    /// A look at the pool.
    ///
    /// @return how many nanoseconds queued requests still wait for the proxy; 0 for none
    long untilKnown(PoolSnapshot pool, long nowNanos) {
        if (!pool.isServing(null)) {
            pending = true;
            seen = false;
            return 0;
        }
        if (!pending) {
            return 0;
        }
        if (!seen) {
            seen = true;
            seenNanos = nowNanos;
        }
        long left = seenNanos + LAG.toNanos() - nowNanos;
        pending = left > 0;
        return Math.max(0, left);
    }
}
