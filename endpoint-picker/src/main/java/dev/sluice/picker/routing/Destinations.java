package dev.sluice.picker.routing;

import dev.sluice.picker.catalog.Home;
import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.Move;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.Target;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Chooses the pool of a request whose model is served by several, or by another than its route's.
///
/// The lowest tier counts that has a pool with room and an endpoint that serves the request; among its pools that have
/// both, the weights decide, by rendezvous hashing: the requests of one lot go to one pool, and a change of weights, of
/// readiness or of load moves only those that it must. Where no pool has room the request will wait for one of the
/// lowest tier that serves it, and until another has.
final class Destinations {
    private final Pools pools;

    Destinations(Pools pools) {
        this.pools = pools;
    }

    /// How full pools are for a request.
    interface Rooms {
        /// Of a request that waits nowhere.
        Rooms ANYWHERE = of(_ -> true);

        /// Of a request that has its turn at a pool.
        static Rooms only(PoolId at) {
            return of(pool -> pool.id().equals(at));
        }

        private static Rooms of(Predicate<PoolSnapshot> room) {
            return new Rooms() {
                @Override
                public boolean takes(PoolSnapshot pool) {
                    return room.test(pool);
                }

                @Override
                public boolean isAt(PoolSnapshot pool) {
                    return room.test(pool);
                }
            };
        }

        /// Whether the pool should have the request though others could serve it too.
        boolean takes(PoolSnapshot pool);

        /// Whether the request would not have to wait there.
        boolean isAt(PoolSnapshot pool);
    }

    /// Where a request goes.
    ///
    /// @param move null when that is its route's pool
    record Destination(PoolSnapshot pool, @Nullable Move move) {}

    /// @param route the request's own pool
    /// @param homes the pools it may go to, at least one
    /// @param lot uniformly distributed; the same for all requests of a session
    /// @return null when none of these pools is known
    @Nullable
    Destination choose(PoolSnapshot route, Target target, List<Home> homes, long lot, Rooms rooms) {
        ModelName adapter = target.adapter();
        Home chosen = draw(homes, home -> isServed(home, adapter, rooms::takes), lot);
        if (chosen == null) {
            chosen = draw(homes, home -> isServed(home, adapter, rooms::isAt), lot);
        }
        if (chosen == null) {
            chosen = draw(homes, home -> isServed(home, adapter), lot);
        }
        if (chosen == null) {
            // Perhaps an adapter that would be loaded for its first request; if not, the scheduler says why.
            chosen = draw(homes, home -> isServed(home, null), lot);
        }
        if (chosen == null) {
            chosen = homes.stream()
                    .filter(home -> home.pool().equals(route.id()))
                    .findFirst()
                    .orElse(homes.getFirst());
        }
        PoolSnapshot pool = pools.find(chosen.pool());
        return pool == null ? null : new Destination(pool, move(route, chosen, homes, adapter));
    }

    private boolean isServed(Home home, @Nullable ModelName adapter) {
        return isServed(home, adapter, _ -> true);
    }

    private boolean isServed(Home home, @Nullable ModelName adapter, Predicate<PoolSnapshot> room) {
        PoolSnapshot pool = pools.find(home.pool());
        return pool != null && pool.isServing(adapter == null ? null : adapter.value()) && room.test(pool);
    }

    /// Whether a request that waits for one pool could go to another now.
    boolean isRoomBeside(PoolId pool, Target target, List<Home> homes, Rooms rooms) {
        return homes.stream()
                .filter(home -> home.weight() > 0 && !home.pool().equals(pool))
                .anyMatch(home -> isServed(home, target.adapter(), rooms::isAt));
    }

    private static @Nullable Home draw(List<Home> homes, Predicate<Home> served, long lot) {
        List<Home> ready = homes.stream()
                .filter(home -> home.weight() > 0)
                .filter(served)
                .collect(Collectors.groupingBy(Home::tier))
                .entrySet()
                .stream()
                .min(Comparator.comparingInt(tier -> tier.getKey()))
                .map(tier -> tier.getValue())
                .orElse(List.of());
        return ready.isEmpty() ? null : Shares.bySession(ready, Home::weight, Destinations::identity, lot);
    }

    /// Other than that of any target, whose choice would decide this one too if they were the same.
    private static long identity(Home home) {
        return ~((long) home.pool().namespace().hashCode() << Integer.SIZE)
                ^ home.pool().name().hashCode();
    }

    private @Nullable Move move(PoolSnapshot route, Home to, List<Home> homes, @Nullable ModelName adapter) {
        if (to.pool().equals(route.id())) {
            return null;
        }
        Move.Reason reason = homes.stream()
                .filter(home -> home.pool().equals(route.id()))
                .findFirst()
                .map(own -> reason(own, to, isServed(own, adapter)))
                .orElse(Move.Reason.UNPUBLISHED);
        return new Move(route.id(), reason);
    }

    private static Move.Reason reason(Home own, Home to, boolean served) {
        if (own.tier() == to.tier()) {
            return Move.Reason.WEIGHT;
        }
        if (own.tier() > to.tier()) {
            return Move.Reason.PREFERRED;
        }
        return served ? Move.Reason.SPILL : Move.Reason.FAILOVER;
    }
}
