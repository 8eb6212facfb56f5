package dev.sluice.picker.routing.target;

import dev.sluice.picker.catalog.PoolBinding;
import dev.sluice.picker.choice.Rendezvous;
import dev.sluice.picker.decision.Reroute;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Chooses the pool of a request whose model is served by several, or by another than its route's.
///
/// The lowest tier with capacity and a serving endpoint wins. Among its pools that have both, the weights decide,
/// by rendezvous hashing: the requests of one hash go to one pool,
/// and a change of weights, of readiness or of load moves only those that it must. Where no pool has capacity
/// the request will wait for one of the lowest tier that serves it, and until another has.
public final class Destinations {
    private final Pools pools;

    public Destinations(Pools pools) {
        this.pools = pools;
    }

    /// The capacity of pools for a request.
    public interface PoolCapacity {
        /// The capacity where admission is off.
        PoolCapacity ANYWHERE = of(_ -> true);

        /// The capacity of a request that was dispatched by this pool's queue.
        static PoolCapacity only(PoolId at) {
            return of(pool -> pool.id().equals(at));
        }

        private static PoolCapacity of(Predicate<PoolSnapshot> capacity) {
            return new PoolCapacity() {
                @Override
                public boolean takes(PoolSnapshot pool) {
                    return capacity.test(pool);
                }

                @Override
                public boolean hasCapacityAt(PoolSnapshot pool) {
                    return capacity.test(pool);
                }
            };
        }

        /// The pool takes the request though a less preferred pool could serve it.
        boolean takes(PoolSnapshot pool);

        /// The request would not wait there.
        boolean hasCapacityAt(PoolSnapshot pool);
    }

    /// The pool that a request goes to.
    ///
    /// @param reroute null where that is its route's pool
    public record Destination(PoolSnapshot pool, @Nullable Reroute reroute) {}

    /// @param route the request's own pool
    /// @param bindings the pools it may go to, at least one
    /// @param hash uniformly distributed; the same for all requests of a session
    /// @return null when none of these pools is known
    public @Nullable Destination choose(
            PoolSnapshot route, Target target, List<PoolBinding> bindings, long hash, PoolCapacity capacity) {
        ModelName adapter = target.adapter();
        PoolBinding chosen = choice(bindings, binding -> isServed(binding, adapter, capacity::takes), hash);
        if (chosen == null) {
            chosen = choice(bindings, binding -> isServed(binding, adapter, capacity::hasCapacityAt), hash);
        }
        if (chosen == null) {
            chosen = choice(bindings, binding -> isServed(binding, adapter), hash);
        }
        if (chosen == null) {
            // Perhaps an adapter that would be loaded for its first request; if not, the scheduler says why.
            chosen = choice(bindings, binding -> isServed(binding, null), hash);
        }
        if (chosen == null) {
            PoolBinding own = find(bindings, route.id());
            chosen = own == null ? bindings.getFirst() : own;
        }
        PoolSnapshot pool = pools.find(chosen.pool());
        return pool == null ? null : new Destination(pool, reroute(route, chosen, bindings, adapter));
    }

    private boolean isServed(PoolBinding binding, @Nullable ModelName adapter) {
        return isServed(binding, adapter, _ -> true);
    }

    private boolean isServed(PoolBinding binding, @Nullable ModelName adapter, Predicate<PoolSnapshot> capacity) {
        PoolSnapshot pool = pools.find(binding.pool());
        return pool != null && pool.isServing(adapter == null ? null : adapter.value()) && capacity.test(pool);
    }

    /// A request that waits for one pool could go to another now.
    public boolean hasCapacityBeside(PoolId pool, Target target, List<PoolBinding> bindings, PoolCapacity capacity) {
        for (PoolBinding binding : bindings) {
            if (binding.weight() > 0
                    && !binding.pool().equals(pool)
                    && isServed(binding, target.adapter(), capacity::hasCapacityAt)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable PoolBinding choice(List<PoolBinding> bindings, Predicate<PoolBinding> served, long hash) {
        List<PoolBinding> ready = new ArrayList<>(bindings.size());
        int tier = Integer.MAX_VALUE;
        for (PoolBinding binding : bindings) {
            // Each pool is asked, whatever its tier: spilling goes by how full a pool was each time.
            if (binding.weight() > 0 && served.test(binding) && binding.tier() <= tier) {
                if (binding.tier() < tier) {
                    ready.clear();
                    tier = binding.tier();
                }
                ready.add(binding);
            }
        }
        return ready.isEmpty() ? null : Rendezvous.choose(ready, PoolBinding::weight, Destinations::identity, hash);
    }

    private static @Nullable PoolBinding find(List<PoolBinding> bindings, PoolId pool) {
        for (PoolBinding binding : bindings) {
            if (binding.pool().equals(pool)) {
                return binding;
            }
        }
        return null;
    }

    /// The identity of a pool in rendezvous hashing, unequal to that of any target: equal ones would decide both
    /// choices alike.
    private static long identity(PoolBinding binding) {
        return ~((long) binding.pool().namespace().hashCode() << Integer.SIZE)
                ^ binding.pool().name().hashCode();
    }

    private @Nullable Reroute reroute(
            PoolSnapshot route, PoolBinding to, List<PoolBinding> bindings, @Nullable ModelName adapter) {
        if (to.pool().equals(route.id())) {
            return null;
        }
        PoolBinding own = find(bindings, route.id());
        Reroute.RerouteReason reason =
                own == null ? Reroute.RerouteReason.UNPUBLISHED : reason(own, to, isServed(own, adapter));
        return new Reroute(route.id(), reason);
    }

    private static Reroute.RerouteReason reason(PoolBinding own, PoolBinding to, boolean served) {
        if (own.tier() == to.tier()) {
            return Reroute.RerouteReason.WEIGHT;
        }
        if (own.tier() > to.tier()) {
            return Reroute.RerouteReason.PREFERRED;
        }
        return served ? Reroute.RerouteReason.SPILL : Reroute.RerouteReason.FAILOVER;
    }
}
