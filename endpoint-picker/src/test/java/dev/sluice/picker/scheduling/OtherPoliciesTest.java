package dev.sluice.picker.scheduling;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.many;
import static dev.sluice.picker.Fixtures.pool;
import static dev.sluice.picker.Fixtures.prompt;
import static dev.sluice.picker.Fixtures.request;
import static dev.sluice.picker.Fixtures.signals;
import static dev.sluice.picker.Fixtures.work;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.picker.decision.Candidate;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.picker.request.InferenceRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OtherPoliciesTest {
    private final PrefixIndex prefixes = new PrefixIndex(1 << 12);
    private final Scheduler scheduler = new Scheduler();

    private String next(PoolSnapshot pool, EndpointSubset subset, long seed) {
        InferenceRequest request = new InferenceRequest("id", pool.id(), work(prompt(1, 10)), subset, 0);
        SchedulingInput input = SchedulingInputs.of(pool, request, Target.asIs(MODEL), prefixes, seed);
        return SchedulingInputs.picked(scheduler.schedule(input))
                .decision()
                .chosen()
                .pod();
    }

    @Test
    void weightedScoresAsUpstreamDoes() {
        PoolSnapshot pool = pool(PolicyKind.WEIGHTED, many(4, H100));
        int[] waiting = {0, 5, 10, 2};
        double[] kvUsage = {.9, .1, 0, .5};
        int[] blocks = {0, 10, 3, 8};
        for (int i = 0; i < 4; i++) {
            pool.endpoints().get(i).report(signals(waiting[i], 1, kvUsage[i]));
            prefixes.insert(prompt(1, blocks[i]), 0, pool.endpoints().get(i), 0);
        }
        SchedulingInput input = SchedulingInputs.of(pool, prompt(1, 10), prefixes);
        List<Candidate> candidates =
                SchedulingInputs.picked(scheduler.schedule(input)).decision().candidates();
        for (Candidate candidate : candidates) {
            int i = Integer.parseInt(candidate.endpoint().pod().substring(4));
            double queue = (10.0 - waiting[i]) / (10 - 0);
            double score = 2 * queue + 2 * (1 - kvUsage[i]) + 3 * blocks[i] / 10.0;
            assertThat((double) -candidate.total()).as(candidate.toString()).isCloseTo(score, within(1e-5));
        }
        assertThat(candidates.getFirst().endpoint().pod()).isEqualTo("pod-1");
    }

    @Test
    void weightedGivesEqualQueuesTheFullScore() {
        PoolSnapshot pool = pool(PolicyKind.WEIGHTED, many(2, H100));
        pool.endpoints().forEach(endpoint -> endpoint.report(signals(7, 1, .25)));
        Candidate candidate = SchedulingInputs.picked(
                        scheduler.schedule(SchedulingInputs.of(pool, prompt(1, 4), prefixes)))
                .decision()
                .candidates()
                .getFirst();
        assertThat(candidate.total()).isEqualTo(-(2 + 2 * .75f));
    }

    @Test
    void weightedCountsThePartialLastBlock() {
        PoolSnapshot pool = pool(PolicyKind.WEIGHTED, many(1, H100));
        PromptPrefix partial = new PromptPrefix(new long[] {1, 2, 3}, 3 * 256 + 1, 1);
        prefixes.insert(partial, 0, pool.endpoints().getFirst(), 0);
        Candidate candidate = SchedulingInputs.picked(scheduler.schedule(SchedulingInputs.of(pool, partial, prefixes)))
                .decision()
                .candidates()
                .getFirst();
        assertThat(candidate.part(2)).isCloseTo(-3 * .75f, within(1e-6f));
    }

    @Test
    void leastRequestCountsOwnWorkAtOnceAndOthersAsScraped() {
        PoolSnapshot pool = pool(PolicyKind.LEAST_REQUEST, many(3, H100));
        pool.endpoints().get(0).inFlight().place(0, 1, 1);
        pool.endpoints().get(1).report(signals(1, 2, 0));
        assertThat(next(pool, EndpointSubset.ANY, 1)).isEqualTo("pod-2");
        pool.endpoints().get(2).inFlight().place(0, 1, 1);
        pool.endpoints().get(2).inFlight().place(0, 1, 1);
        assertThat(next(pool, EndpointSubset.ANY, 1)).isEqualTo("pod-0");
    }

    @Test
    void roundRobinGivesEachItsTurn() {
        PoolSnapshot pool = pool(PolicyKind.ROUND_ROBIN, many(3, H100));
        List<String> turns = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            turns.add(next(pool, EndpointSubset.ANY, i));
        }
        assertThat(turns).containsExactly("pod-0", "pod-1", "pod-2", "pod-0", "pod-1", "pod-2");
    }

    @Test
    void roundRobinIsFairWithinASubset() {
        PoolSnapshot pool = pool(PolicyKind.ROUND_ROBIN, many(10, H100));
        EndpointSubset subset = new EndpointSubset.Only(Set.of("10.0.0.0", "10.0.0.1"));
        List<String> turns = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            turns.add(next(pool, subset, i));
        }
        assertThat(turns).filteredOn("pod-0"::equals).hasSize(5);
    }

    @Test
    void roundRobinOfOnePoolIsNotMovedByAnother() {
        PoolSnapshot pool = pool(PolicyKind.ROUND_ROBIN, many(2, H100));
        PoolSnapshot other = new PoolSnapshot(new PoolId("ml", "other"), pool.settings(), pool.endpoints());
        List<String> turns = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            turns.add(next(pool, EndpointSubset.ANY, i));
            next(other, EndpointSubset.ANY, i);
        }
        assertThat(turns).filteredOn("pod-0"::equals).hasSize(5);
    }

    @Test
    void randomIsEvenOverSeeds() {
        PoolSnapshot pool = pool(PolicyKind.RANDOM, many(4, H100));
        int[] counts = new int[4];
        for (int seed = 0; seed < 4_000; seed++) {
            SchedulingInput input =
                    SchedulingInputs.of(pool, request("id", work(prompt(1, 10))), Target.asIs(MODEL), prefixes, seed);
            Endpoint endpoint = SchedulingInputs.picked(scheduler.schedule(input))
                    .endpoints()
                    .getFirst();
            counts[pool.endpoints().indexOf(endpoint)]++;
        }
        for (int count : counts) {
            assertThat(count).isBetween(900, 1_100);
        }
        assertThat(pool.id()).isEqualTo(POOL);
    }

    @Test
    void policiesAreNamedAsInResources() {
        for (String name : List.of("Cost", "Weighted", "LeastRequest", "RoundRobin", "Random")) {
            assertThat(Policy.of(PolicyKind.parse(name)).kind()).isEqualTo(PolicyKind.parse(name));
        }
    }
}
