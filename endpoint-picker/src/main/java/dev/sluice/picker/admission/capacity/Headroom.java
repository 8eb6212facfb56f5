package dev.sluice.picker.admission.capacity;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.pool.CapacityCheck;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.request.Priority;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The limits up to which the endpoints of a pool may be full for a priority: sheddable requests leave
/// headroom, as long as there are other requests.
public final class Headroom {
    /// The time that headroom is kept after the last request that needs it, and its precision.
    private static final long KEPT_NANOS = Duration.ofMinutes(1).toNanos();

    private static final long ABOUT_NANOS = Duration.ofSeconds(1).toNanos();

    private final DrainRate drainRate;
    private final RateBook rates;
    private final Overflow ofOthers = new Overflow();
    private final Overflow ofSheddable = new Overflow();
    private final CapacityTracker capacity;
    private final FirstEndpoint firstEndpoint = new FirstEndpoint();
    private volatile long keptUntil;
    /// The position of the endpoint that had capacity when a request was last admitted at once. Read and written
    /// without care for other threads: it says only where to look first.
    private int lastFree;

    public Headroom(DrainRate drainRate, RateBook rates, long now) {
        this.drainRate = drainRate;
        this.rates = rates;
        this.capacity = new CapacityTracker(drainRate);
        this.keptUntil = now;
    }

    /// A request has come.
    public void seen(Priority priority, long now) {
        if (!priority.isSheddable() && keptUntil - now < KEPT_NANOS - ABOUT_NANOS) {
            keptUntil = now + KEPT_NANOS;
        }
    }

    public Saturation.Limit limit(PoolSnapshot pool, Priority priority, long now) {
        return Saturation.Limit.of(pool.settings().admission(), priority, now - keptUntil < 0, rates);
    }

    /// The pool takes a request that another pool could serve.
    ///
    /// @param waiting whether requests are queued for the pool
    public boolean takes(PoolSnapshot pool, Priority priority, boolean waiting, long now) {
        Overflow overflow = priority.isSheddable() ? ofSheddable : ofOthers;
        return overflow.takes(
                waiting ? Overflow.Occupancy.FULL : occupancy(pool, limit(pool, priority, now), now), now);
    }

    private Overflow.Occupancy occupancy(PoolSnapshot pool, Saturation.Limit limit, long now) {
        if (at(pool, limit, now) == null) {
            return Overflow.Occupancy.FULL;
        }
        return at(pool, limit.plenty(), now) == null ? Overflow.Occupancy.SOME : Overflow.Occupancy.PLENTY;
    }

    /// An endpoint has capacity for a request of this priority. Takes no lock, and looks first where there
    /// was capacity the last time.
    public boolean admits(PoolSnapshot pool, Priority priority, long now) {
        int free = Saturation.withCapacity(pool, lastFree, limit(pool, priority, now), drainRate.residenceNanos(), now);
        if (free < 0) {
            return false;
        }
        if (free != lastFree) {
            lastFree = free;
        }
        return true;
    }

    /// The time until there is capacity for a queued request if nothing else arrives; see [CapacityTracker].
    public long untilCapacity(PoolSnapshot pool, Saturation.Limit limit, long now) {
        long unknown = firstEndpoint.untilKnown(pool, now);
        return unknown > 0 ? unknown : capacity.until(pool, limit, now);
    }

    /// An endpoint with capacity for a queued request, or null. Needs the lock of the queue.
    public @Nullable Endpoint forQueued(PoolSnapshot pool, Saturation.Limit limit, long now) {
        return firstEndpoint.untilKnown(pool, now) > 0 ? null : at(pool, limit, now);
    }

    /// An endpoint with capacity, or null.
    public @Nullable Endpoint at(PoolSnapshot pool, Saturation.Limit limit, long now) {
        return capacity.next(pool, limit, now);
    }

    /// The endpoints that keep their headroom with the request.
    public CapacityCheck beside(PoolSnapshot pool, Priority priority, long now) {
        Saturation.Limit limit = limit(pool, priority, now);
        return (endpoint, then) -> Saturation.untilCapacity(endpoint, limit, drainRate.residenceNanos(), then) == 0;
    }
}
