package dev.sluice.picker.admission.capacity;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The capacity of one pool, kept up to date by what changes: a change of one endpoint costs O(log n), however
/// many endpoints there are.
///
/// What changes without a mark at an endpoint, such as the mean residence of the pool's requests and learned rates,
/// is noticed when all endpoints are looked at again, at most every 50 ms. Thread-safe; nothing else is locked
/// while the lock is held.
final class CapacityTracker {
    static final long REFRESH_NANOS = Duration.ofMillis(50).toNanos();

    private final DrainRate drainRate;
    private final ReentrantLock lock = new ReentrantLock();
    /// Of each limit that was asked for, the endpoints of `known`. The fields below need the lock.
    private final Map<Saturation.Limit, CapacityOrder> orders = new HashMap<>();

    private final IntConsumer changed = this::changed;
    private @Nullable PoolSnapshot known;
    private long refreshDue;

    CapacityTracker(DrainRate drainRate) {
        this.drainRate = drainRate;
    }

    /// An endpoint with capacity, or null.
    @Nullable
    Endpoint next(PoolSnapshot pool, Saturation.Limit limit, long now) {
        lock.lock();
        try {
            int position = current(pool, limit, now).next(now);
            return position < 0 ? null : pool.endpoint(position);
        } finally {
            lock.unlock();
        }
    }

    /// The time until there is capacity if nothing else arrives, at the earliest: 0 where there is some now,
    /// [Saturation#UNKNOWN] where time alone does not bring it about.
    long until(PoolSnapshot pool, Saturation.Limit limit, long now) {
        lock.lock();
        try {
            CapacityOrder order = current(pool, limit, now);
            return order.next(now) >= 0 ? 0 : order.untilNext(now);
        } finally {
            lock.unlock();
        }
    }

    private CapacityOrder current(PoolSnapshot pool, Saturation.Limit limit, long now) {
        if (pool != known) {
            // Limits come from a pool's settings, so those of the earlier snapshot are not asked for again.
            orders.clear();
            known = pool;
            refreshDue = now + REFRESH_NANOS;
        } else if (now - refreshDue >= 0) {
            orders.values().forEach(CapacityOrder::refresh);
            refreshDue = now + REFRESH_NANOS;
        }
        pool.changes().take(changed);
        CapacityOrder order = orders.get(limit);
        if (order == null) {
            order = new CapacityOrder(pool.size(), (position, then) -> until(pool, position, limit, then), now);
            orders.put(limit, order);
        }
        return order;
    }

    private long until(PoolSnapshot pool, int position, Saturation.Limit limit, long now) {
        Endpoint endpoint = pool.endpoint(position);
        return endpoint.isFaulty()
                ? Saturation.UNKNOWN
                : Saturation.untilCapacity(endpoint, limit, drainRate.residenceNanos(), now);
    }

    private void changed(int position) {
        for (CapacityOrder each : orders.values()) {
            each.changed(position);
        }
    }
}
