package dev.sluice.picker.scheduling;

import dev.sluice.picker.model.Candidate;
import dev.sluice.picker.model.Decision;
import dev.sluice.picker.model.EndpointSubset;
import dev.sluice.picker.model.PolicyKind;
import dev.sluice.picker.model.Work;
import dev.sluice.picker.pool.Endpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Chooses the endpoint for a request: filter, price, pick.
public final class Scheduler {
    /// How many endpoints a pick names: the first, and two for the proxy to fall back on.
    public static final int FALLBACKS = 3;

    private final Map<PolicyKind, Policy> policies = new EnumMap<>(PolicyKind.class);

    public Scheduler() {
        for (PolicyKind kind : PolicyKind.values()) {
            policies.put(kind, Policy.of(kind));
        }
    }

    public Pick schedule(Situation situation) {
        List<Endpoint> endpoints = situation.pool().endpoints();
        if (endpoints.isEmpty()) {
            return new Pick.NoEndpoints();
        }
        int[] admitted = admitted(endpoints, situation.request().subset());
        if (admitted.length == 0) {
            return new Pick.SubsetEmpty();
        }
        Policy policy = policyFor(situation);
        Pricing pricing = policy.price(situation, admitted);
        float[] scratch = new float[policy.kind().parts().size()];
        long[] ranked = new long[admitted.length];
        for (int i = 0; i < admitted.length; i++) {
            ranked[i] = Ranking.pack(pricing.total(admitted[i], scratch), admitted[i]);
        }
        Arrays.sort(ranked);
        promoteAmongEquals(ranked, pricing, situation);
        return picked(situation, policy.kind(), pricing, ranked);
    }

    private Policy policyFor(Situation situation) {
        PolicyKind wanted = situation.pool().settings().policy();
        boolean unpriced = wanted == PolicyKind.COST && situation.request().work() instanceof Work.Opaque;
        Policy policy = policies.get(unpriced ? PolicyKind.LEAST_REQUEST : wanted);
        if (policy == null) {
            throw new IllegalStateException("no policy for " + wanted);
        }
        return policy;
    }

    private static int[] admitted(List<Endpoint> endpoints, EndpointSubset subset) {
        int[] positions = new int[endpoints.size()];
        int count = 0;
        for (int i = 0; i < positions.length; i++) {
            Endpoint endpoint = endpoints.get(i);
            if (subset.admits(endpoint.id(), endpoint.address())) {
                positions[count++] = i;
            }
        }
        return count == positions.length ? positions : Arrays.copyOf(positions, count);
    }

    /// Moves to the front the one that all replicas of the picker prefer among those that cost the same.
    ///
    /// Rendezvous hashing of the prompt's head: requests that share a prefix meet at one endpoint even before any
    /// replica has seen where the prefix is, and a change of the pool moves only what it must.
    private static void promoteAmongEquals(long[] ranked, Pricing pricing, Situation situation) {
        int best = Ranking.position(ranked[0]);
        float limit = Ranking.price(ranked[0]) + pricing.tolerance(best, Ranking.price(ranked[0]));
        long head = head(situation);
        int winner = 0;
        long winningWeight = Long.MIN_VALUE;
        for (int i = 0; i < ranked.length && Ranking.price(ranked[i]) <= limit; i++) {
            Endpoint endpoint = situation.pool().endpoints().get(Ranking.position(ranked[i]));
            long weight = Lots.mix(head ^ endpoint.affinity());
            if (weight > winningWeight) {
                winner = i;
                winningWeight = weight;
            }
        }
        long chosen = ranked[winner];
        System.arraycopy(ranked, 0, ranked, 1, winner);
        ranked[0] = chosen;
    }

    private static long head(Situation situation) {
        return switch (situation.request().work()) {
            case Work.Prompted prompted
            when situation.pool().settings().policy() == PolicyKind.COST ->
                prompted.prompt().head();
            case Work.Prompted _, Work.Opaque _ -> situation.seed();
        };
    }

    private static Pick.Picked picked(Situation situation, PolicyKind policy, Pricing pricing, long[] ranked) {
        List<Endpoint> endpoints = situation.pool().endpoints();
        int shown = Math.min(Decision.CANDIDATES, ranked.length);
        List<Candidate> candidates = new ArrayList<>(shown);
        for (int i = 0; i < shown; i++) {
            int position = Ranking.position(ranked[i]);
            float[] parts = new float[policy.parts().size()];
            pricing.parts(position, parts);
            candidates.add(new Candidate(endpoints.get(position).id(), Ranking.price(ranked[i]), parts));
        }
        List<Endpoint> chosen = new ArrayList<>(FALLBACKS);
        for (int i = 0; i < Math.min(FALLBACKS, ranked.length); i++) {
            chosen.add(endpoints.get(Ranking.position(ranked[i])));
        }
        int others = ranked.length - shown;
        int chosenPosition = Ranking.position(ranked[0]);
        return new Pick.Picked(
                chosen,
                new Decision(
                        situation.request().id(),
                        situation.epochMillis(),
                        situation.pool().id(),
                        situation.target() == null
                                ? ""
                                : situation.target().served().value(),
                        policy,
                        candidates,
                        others,
                        others == 0 ? 0 : Ranking.price(ranked[shown]),
                        others == 0 ? 0 : Ranking.price(ranked[shown + others / 2]),
                        (long) situation.promptTokens(),
                        (long) situation.cachedTokens(chosenPosition)));
    }

    /// A price and a position in one long that sorts by price, then by position.
    private static final class Ranking {
        private Ranking() {}

        static long pack(float price, int position) {
            int bits = Float.floatToIntBits(price);
            // Negative floats sort backwards by their bits: flip all but the sign.
            int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
            return ((long) ordered << 32) | position;
        }

        static int position(long ranked) {
            return (int) ranked;
        }

        static float price(long ranked) {
            int ordered = (int) (ranked >> 32);
            return Float.intBitsToFloat(ordered ^ ((ordered >> 31) & Integer.MAX_VALUE));
        }
    }
}
