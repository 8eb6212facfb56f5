package dev.sluice.picker.scheduling;

import dev.sluice.picker.decision.Candidates;
import dev.sluice.picker.decision.ComparedPrices;
import dev.sluice.picker.decision.DecidedPool;
import dev.sluice.picker.decision.Decision;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.decision.Stickiness;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prompt.Work;
import dev.sluice.picker.request.Affinity;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Chooses the endpoint for a request: filter, price, pick.
public final class Scheduler {
    /// The most endpoints of a pick: the chosen one, and two for the proxy to fall back on.
    public static final int PICKED_ENDPOINTS = 3;

    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);
    private final Map<PolicyKind, Policy> policies = new EnumMap<>(PolicyKind.class);

    public Scheduler() {
        for (PolicyKind kind : PolicyKind.values()) {
            policies.put(kind, Policy.of(kind));
        }
    }

    public Pick schedule(SchedulingInput input) {
        PoolSnapshot pool = input.pool();
        if (pool.size() == 0) {
            return new Pick.NoEndpoints(0);
        }
        Policy policy = policyFor(input);
        Scratch own = scratch.get();
        PriceList prices = own.prices();
        prices.begin(pool, input.request().subset(), policy.kind().parts().size());
        if (prices.size() == 0) {
            return prices.faulty() > 0 ? new Pick.NoEndpoints(prices.faulty()) : new Pick.SubsetEmpty();
        }
        ModelName adapter = adapter(input);
        if (adapter != null) {
            prices.requireAdapter(pool, adapter.value());
            if (prices.size() == 0) {
                return new Pick.AdapterNotServing(adapter);
            }
        } else if (input.target() != null) {
            prices.preferListing(pool.listing(input.target().served().value()));
        }
        policy.price(input, prices);
        double late = input.priced().sheddable() ? policy.lateMillis(input, prices) : 0;
        if (late > 0) {
            return new Pick.TooLate(Duration.ofMillis((long) Math.ceil(late)));
        }
        prices.sumParts();
        policy.bound(input, prices);
        Ranking ranking = own.ranking();
        ranking.rank(prices);
        ranking.choose(cheapestAllowed(input, prices, ranking.chosen()));
        float best = prices.total(ranking.chosen());
        float limit = best + policy.tolerance(input, prices.position(ranking.chosen()), best);
        Stickiness session = stick(input, policy, prices, ranking, best);
        if (session != Stickiness.KEPT) {
            ranking.choose(preferred(input, prices, ranking.chosen(), limit));
        }
        return picked(input, policy.kind(), prices, ranking, session);
    }

    /// Chooses the endpoint of the request's session, if it has one and that may serve it again.
    ///
    /// @return null where the request is in no session
    private static @Nullable Stickiness stick(
            SchedulingInput input, Policy policy, PriceList prices, Ranking ranking, float best) {
        return switch (input.priced().pin()) {
            case Pin.None _ -> null;
            case Pin.New _ -> Stickiness.NEW;
            case Pin.Gone _ -> Stickiness.GONE;
            case Pin.At(int position, Affinity.AffinityMode mode) -> {
                int index = prices.indexOf(position);
                if (index < 0) {
                    yield Stickiness.GONE;
                }
                boolean stays = switch (mode) {
                    case STRICT -> true;
                    case SOFT -> prices.total(index) <= best + policy.leeway(input, position, best);
                };
                if (!stays) {
                    yield Stickiness.TOO_COSTLY;
                }
                ranking.choose(index);
                yield Stickiness.KEPT;
            }
        };
    }

    /// The adapter that must be served, if it is known which endpoints serve it.
    private static @Nullable ModelName adapter(SchedulingInput input) {
        Target target = input.target();
        return target == null
                        || input.pool().settings().signals().adapterChecks().isNone()
                ? null
                : target.adapter();
    }

    private Policy policyFor(SchedulingInput input) {
        PolicyKind wanted = input.pool().settings().policy().kind();
        boolean unpriced = wanted == PolicyKind.COST && input.request().work() instanceof Work.Opaque;
        Policy policy = policies.get(unpriced ? PolicyKind.LEAST_REQUEST : wanted);
        if (policy == null) {
            throw new IllegalStateException("no policy for " + wanted);
        }
        return policy;
    }

    /// The cheapest endpoint that no bound forbids and that has capacity; where none has capacity, the cheapest
    /// that no bound forbids. The others stay on the list, to fall back on.
    private static int cheapestAllowed(SchedulingInput input, PriceList prices, int cheapest) {
        if (!prices.isPassedOver(cheapest) && input.hasCapacity(prices.position(cheapest))) {
            return cheapest;
        }
        int found = -1;
        int withoutCapacity = -1;
        for (int i = 0; i < prices.size(); i++) {
            if (prices.isPassedOver(i)) {
                continue;
            }
            if (isCheaper(prices, i, found) && input.hasCapacity(prices.position(i))) {
                found = i;
            }
            if (isCheaper(prices, i, withoutCapacity)) {
                withoutCapacity = i;
            }
        }
        return found >= 0 ? found : withoutCapacity >= 0 ? withoutCapacity : cheapest;
    }

    private static boolean isCheaper(PriceList prices, int index, int than) {
        return than < 0 || prices.total(index) < prices.total(than);
    }

    /// The endpoint that all replicas of the picker prefer among those that cost no more than `limit`.
    ///
    /// Rendezvous hashing of the prompt's head: requests that share a prefix meet at one endpoint even before
    /// any replica has seen where the prefix is, and a change of the pool moves only what it must.
    private static int preferred(SchedulingInput input, PriceList prices, int cheapest, float limit) {
        int winner = cheapest;
        long winningWeight = Long.MIN_VALUE;
        for (int i = 0; i < prices.size(); i++) {
            if (prices.total(i) <= limit
                    && !prices.isPassedOver(i)
                    && (i == cheapest || input.hasCapacity(prices.position(i)))) {
                long weight = input.preference(prices.position(i));
                if (weight > winningWeight) {
                    winner = i;
                    winningWeight = weight;
                }
            }
        }
        return winner;
    }

    private static Pick.Picked picked(
            SchedulingInput input, PolicyKind policy, PriceList prices, Ranking ranking, @Nullable Stickiness session) {
        PoolSnapshot pool = input.pool();
        int each = policy.parts().size();
        int shown = Math.min(Decision.CANDIDATES, prices.size());
        EndpointId[] ids = new EndpointId[shown];
        float[] parts = new float[shown * each];
        for (int rank = 0; rank < shown; rank++) {
            int index = ranking.index(rank);
            ids[rank] = pool.endpoint(prices.position(index)).id();
            prices.copyParts(index, parts, rank * each);
        }
        int others = prices.size() - shown;
        int chosen = prices.position(ranking.chosen());
        Decision decision = new Decision(
                input.request().id(),
                input.epochMillis(),
                new DecidedPool(pool.id(), servedModel(input), null, session),
                new ComparedPrices(
                        policy,
                        new Candidates(ids, parts),
                        others,
                        others == 0 ? 0 : ranking.minimumBeyond(shown),
                        others == 0 ? 0 : ranking.medianBeyond(shown, prices),
                        (int) input.cachedTokens(chosen)),
                (int) input.promptTokens());
        return new Pick.Picked(endpoints(pool, prices, ranking), chosen, decision);
    }

    private static String servedModel(SchedulingInput input) {
        Target target = input.target();
        return target == null ? "" : target.served().value();
    }

    /// The first [#PICKED_ENDPOINTS] of the ranking, without the array that a loop would copy.
    private static List<Endpoint> endpoints(PoolSnapshot pool, PriceList prices, Ranking ranking) {
        Endpoint first = pool.endpoint(prices.position(ranking.index(0)));
        if (prices.size() == 1) {
            return List.of(first);
        }
        Endpoint second = pool.endpoint(prices.position(ranking.index(1)));
        return prices.size() == 2
                ? List.of(first, second)
                : List.of(first, second, pool.endpoint(prices.position(ranking.index(2))));
    }

    /// The objects that one thread's decisions need while they are made.
    private record Scratch(PriceList prices, Ranking ranking) {
        Scratch() {
            this(new PriceList(), new Ranking());
        }
    }
}
