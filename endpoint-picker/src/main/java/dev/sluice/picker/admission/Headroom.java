package dev.sluice.picker.admission;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.model.Priority;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Room;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How full the endpoints of a pool may be for whom: sheddable requests leave headroom to others, as long as there are
/// any.
final class Headroom {
    /// Headroom is kept for so long after the last request that it is kept for, or about.
    private static final long KEPT_NANOS = Duration.ofMinutes(1).toNanos();

    private static final long ABOUT_NANOS = Duration.ofSeconds(1).toNanos();

    private final Pace pace;
    private final RateBook rates;
    private final Overflow ofOthers = new Overflow();
    private final Overflow ofSheddable = new Overflow();
    private volatile long keptUntil;

    Headroom(Pace pace, RateBook rates, long now) {
        this.pace = pace;
        this.rates = rates;
        this.keptUntil = now;
    }

    /// A request has come.
    void seen(Priority priority, long now) {
        if (!priority.isSheddable() && keptUntil - now < KEPT_NANOS - ABOUT_NANOS) {
            keptUntil = now + KEPT_NANOS;
        }
    }

    Saturation.Limit limit(PoolSnapshot pool, Priority priority, long now) {
        return Saturation.Limit.of(pool.settings().admission(), priority, now - keptUntil < 0, rates);
    }

    /// Whether the pool should have a request that others could serve too.
    ///
    /// @param waiting whether somebody waits for the pool
    boolean takes(PoolSnapshot pool, Priority priority, boolean waiting, long now) {
        Overflow overflow = priority.isSheddable() ? ofSheddable : ofOthers;
        return overflow.takes(waiting ? Overflow.Room.NOT_ANY : room(pool, limit(pool, priority, now), now), now);
    }

    private Overflow.Room room(PoolSnapshot pool, Saturation.Limit limit, long now) {
        if (untilRoom(pool, limit, now) > 0) {
            return Overflow.Room.NOT_ANY;
        }
        return untilRoom(pool, limit.plenty(), now) == 0 ? Overflow.Room.PLENTY : Overflow.Room.SOME;
    }

    /// How long it takes, if nothing else comes, until there is room; see [Saturation].
    long untilRoom(PoolSnapshot pool, Saturation.Limit limit, long now) {
        return Saturation.untilRoom(pool, limit, pace.residenceNanos(), now);
    }

    /// An endpoint with room; null where none has.
    @Nullable
    Endpoint at(PoolSnapshot pool, Saturation.Limit limit, long now) {
        return Saturation.withRoom(pool, limit, pace.residenceNanos(), now);
    }

    /// Headroom is each endpoint's: who has to leave it goes where it is.
    Room beside(PoolSnapshot pool, Priority priority, long now) {
        Saturation.Limit limit = limit(pool, priority, now);
        return (endpoint, then) -> Saturation.untilRoom(endpoint, limit, pace.residenceNanos(), then) == 0;
    }
}
