package dev.sluice.picker.scheduling;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.L40S;
import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.pool;
import static dev.sluice.picker.Fixtures.prompt;
import static dev.sluice.picker.Fixtures.request;
import static dev.sluice.picker.Fixtures.work;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.choice.Hashing;
import dev.sluice.picker.decision.Candidate;
import dev.sluice.picker.decision.Decision;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.request.InferenceRequest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a scheduler picks and explains, against a reference that sorts all prices.
class RankingTest {
    private static final int SITUATIONS = 400;
    private static final int MAX_ENDPOINTS = 250;

    /// The endpoint at a position, and what it costs.
    private record Priced(int position, float[] parts) {
        float total() {
            float total = 0;
            for (float part : parts) {
                total += part;
            }
            return total;
        }
    }

    /// Many endpoints, of which many cost the same: a few loads only, a few depths of prefix.
    private static SchedulingInput input(PolicyKind policy, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Hardware[] hardware = new Hardware[random.nextInt(1, random.nextBoolean() ? 20 : MAX_ENDPOINTS)];
        Arrays.setAll(hardware, _ -> random.nextInt(3) == 0 ? L40S : H100);
        PoolSnapshot pool = pool(policy, hardware);
        PrefixIndex prefixes = new PrefixIndex(1 << 16);
        int loads = random.nextInt(1, 6);
        for (Endpoint endpoint : pool.endpoints()) {
            for (int i = random.nextInt(loads); i > 0; i--) {
                endpoint.inFlight().place(0, 10_000_000, 500);
            }
            prefixes.insert(prompt(1, random.nextInt(3) * 10), 0, endpoint, 0);
        }
        Set<String> some = IntStream.range(0, hardware.length)
                .filter(_ -> random.nextBoolean())
                .mapToObj(i -> pool.endpoint(i).address())
                .collect(Collectors.toSet());
        EndpointSubset subset =
                some.isEmpty() || random.nextBoolean() ? EndpointSubset.ANY : new EndpointSubset.Only(some);
        return SchedulingInputs.of(
                pool,
                new InferenceRequest("id", POOL, work(prompt(1, 25)), subset, 0),
                Target.asIs(MODEL),
                prefixes,
                random.nextLong());
    }

    private static List<Priced> sorted(SchedulingInput input, Policy policy) {
        PriceList prices = new PriceList();
        int each = policy.kind().parts().size();
        prices.begin(input.pool(), input.request().subset(), each);
        policy.price(input, prices);
        return IntStream.range(0, prices.size())
                .mapToObj(i -> {
                    float[] parts = new float[each];
                    prices.copyParts(i, parts, 0);
                    return new Priced(prices.position(i), parts);
                })
                .sorted(Comparator.comparingDouble(Priced::total).thenComparingInt(Priced::position))
                .collect(Collectors.toList());
    }

    /// Without what a bound forbids.
    private static List<Priced> allowed(SchedulingInput input, Policy policy, List<Priced> ranked) {
        PriceList prices = new PriceList();
        prices.begin(
                input.pool(), input.request().subset(), policy.kind().parts().size());
        policy.price(input, prices);
        prices.sumParts();
        policy.bound(input, prices);
        return ranked.stream()
                .filter(each -> !prices.isPassedOver(prices.indexOf(each.position())))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void picksAndExplainsAsASortWould(PolicyKind kind) {
        Scheduler scheduler = new Scheduler();
        for (long seed = 0; seed < SITUATIONS; seed++) {
            SchedulingInput input = input(kind, seed);
            Policy policy = Policy.of(kind);
            List<Priced> ranked = sorted(input, policy);
            List<Priced> allowed = allowed(input, policy, ranked);
            Priced best = allowed.getFirst();
            float limit = best.total() + policy.tolerance(input, best.position(), best.total());
            long head = kind == PolicyKind.COST ? prompt(1, 25).head() : input.seed();
            Priced winner = allowed.stream()
                    .filter(each -> each.total() <= limit)
                    .max(Comparator.comparingLong(each -> Hashing.mix(
                            head ^ input.pool().endpoint(each.position()).affinity())))
                    .orElseThrow();
            ranked.remove(winner);
            ranked.addFirst(winner);

            // Round robin counts calls: the same scheduler would be at another turn.
            Pick.Picked picked = SchedulingInputs.picked(
                    (kind == PolicyKind.ROUND_ROBIN ? new Scheduler() : scheduler).schedule(input));

            assertThat(picked.position()).as("seed %d", seed).isEqualTo(winner.position());
            assertThat(picked.endpoints())
                    .as("seed %d", seed)
                    .isEqualTo(ranked.stream()
                            .limit(Scheduler.PICKED_ENDPOINTS)
                            .map(each -> input.pool().endpoint(each.position()))
                            .toList());
            assertExplained(picked.decision(), input, ranked, seed);
        }
    }

    private static void assertExplained(Decision decision, SchedulingInput input, List<Priced> ranked, long seed) {
        int shown = Math.min(Decision.CANDIDATES, ranked.size());
        assertThat(decision.candidates())
                .as("seed %d", seed)
                .isEqualTo(ranked.stream()
                        .limit(shown)
                        .map(each -> new Candidate(
                                input.pool().endpoint(each.position()).id(), each.parts()))
                        .toList());
        List<Priced> rest = ranked.subList(shown, ranked.size());
        assertThat(decision.prices().others()).isEqualTo(rest.size());
        assertThat(decision.prices().othersMinimum())
                .as("seed %d", seed)
                .isEqualTo(rest.isEmpty() ? 0 : rest.getFirst().total());
        assertThat(decision.prices().othersMedian())
                .as("seed %d", seed)
                .isEqualTo(rest.isEmpty() ? 0 : rest.get(rest.size() / 2).total());
        assertThat(decision.cachedTokens())
                .isEqualTo((long) input.cachedTokens(ranked.getFirst().position()));
    }

    @Test
    void threadsThatShareASchedulerDoNotDisturbEachOther() throws InterruptedException {
        Scheduler scheduler = new Scheduler();
        List<SchedulingInput> situations = IntStream.range(0, 50)
                .mapToObj(seed -> input(PolicyKind.COST, seed))
                .toList();
        List<Pick> expected = situations.stream().map(scheduler::schedule).toList();
        boolean[] same = new boolean[4];
        Thread[] threads = new Thread[same.length];
        for (int t = 0; t < threads.length; t++) {
            int number = t;
            threads[t] = Thread.ofPlatform().start(() -> {
                boolean all = true;
                for (int i = 0; i < 1_000; i++) {
                    int which = (i * 7 + number) % situations.size();
                    all &= scheduler.schedule(situations.get(which)).equals(expected.get(which));
                }
                same[number] = all;
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(same).containsOnly(true);
    }

    @Test
    void aRequestForAnotherPoolFindsNothingOfTheOneBefore() {
        Scheduler scheduler = new Scheduler();
        PrefixIndex prefixes = new PrefixIndex(64);
        PoolSnapshot large = pool(PolicyKind.COST, new Hardware[] {H100, H100, H100, H100});
        PoolSnapshot small = pool(PolicyKind.LEAST_REQUEST, L40S);
        scheduler.schedule(SchedulingInputs.of(large, prompt(1, 4), prefixes));
        Pick.Picked picked = SchedulingInputs.picked(scheduler.schedule(
                SchedulingInputs.of(small, request("id", work(prompt(1, 4))), Target.asIs(MODEL), prefixes, 1)));
        assertThat(picked.endpoints()).isEqualTo(small.endpoints());
        assertThat(picked.decision().candidates()).hasSize(1);
        assertThat(picked.decision().prices().others()).isZero();
    }
}
