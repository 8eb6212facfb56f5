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
    private volatile long keptUntil;

    public Headroom(DrainRate drainRate, RateBook rates, long now) {
        this.drainRate = drainRate;
        this.rates = rates;
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

    /// Whether the pool takes a request that another pool could serve.
    ///
    /// @param waiting whether requests are queued for the pool
    public boolean takes(PoolSnapshot pool, Priority priority, boolean waiting, long now) {
        Overflow overflow = priority.isSheddable() ? ofSheddable : ofOthers;
        return overflow.takes(waiting ? Overflow.Occupancy.FULL : capacity(pool, limit(pool, priority, now), now), now);
    }

    private Overflow.Occupancy capacity(PoolSnapshot pool, Saturation.Limit limit, long now) {
        if (untilCapacity(pool, limit, now) > 0) {
            return Overflow.Occupancy.FULL;
        }
        return untilCapacity(pool, limit.plenty(), now) == 0 ? Overflow.Occupancy.PLENTY : Overflow.Occupancy.SOME;
    }

    /// The time until there is capacity if nothing else arrives; see [Saturation].
    public long untilCapacity(PoolSnapshot pool, Saturation.Limit limit, long now) {
        return Saturation.untilCapacity(pool, limit, drainRate.residenceNanos(), now);
    }

    /// An endpoint with capacity, or null.
    public @Nullable Endpoint at(PoolSnapshot pool, Saturation.Limit limit, long now) {
        return Saturation.withCapacity(pool, limit, drainRate.residenceNanos(), now);
    }

    /// The endpoints that keep their headroom with the request.
    public CapacityCheck beside(PoolSnapshot pool, Priority priority, long now) {
        Saturation.Limit limit = limit(pool, priority, now);
        return (endpoint, then) -> Saturation.untilCapacity(endpoint, limit, drainRate.residenceNanos(), then) == 0;
    }
}
