package dev.sluice.picker.scheduling;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.many;
import static dev.sluice.picker.Fixtures.pool;
import static dev.sluice.picker.Fixtures.prompt;
import static dev.sluice.picker.Fixtures.request;
import static dev.sluice.picker.Fixtures.work;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.decision.Candidate;
import dev.sluice.picker.decision.Decision;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prompt.Work;
import dev.sluice.picker.request.InferenceRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What holds for every policy, in situations drawn from seeds.
class PolicyContractTest {
    private static final int SITUATIONS = 300;

    @ParameterizedTest
    @EnumSource
    void picksAmongTheAdmittedEndpointsOnly(PolicyKind policy) {
        for (long seed = 0; seed < SITUATIONS; seed++) {
            SchedulingInput input = SchedulingInputs.random(policy, seed);
            EndpointSubset subset = input.request().subset();
            List<Endpoint> admitted = input.pool().endpoints().stream()
                    .filter(endpoint -> subset.admits(endpoint.id(), endpoint.address()))
                    .toList();
            switch (new Scheduler().schedule(input)) {
                case Pick.NoEndpoints none -> throw new AssertionError(none);
                case Pick.AdapterNotServing none -> throw new AssertionError(none);
                case Pick.TooLate late -> throw new AssertionError(late);
                case Pick.SubsetEmpty _ -> assertThat(admitted).isEmpty();
                case Pick.Picked picked -> {
                    assertThat(admitted).containsAll(picked.endpoints());
                    assertThat(picked.endpoints())
                            .doesNotHaveDuplicates()
                            .hasSize(Math.min(Scheduler.PICKED_ENDPOINTS, admitted.size()));
                    assertThat(picked.decision().candidates().size()
                                    + picked.decision().prices().others())
                            .isEqualTo(admitted.size());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void explainsItselfWithPricesThatAddUpAndAreInOrder(PolicyKind policy) {
        for (long seed = 0; seed < SITUATIONS; seed++) {
            if (!(new Scheduler().schedule(SchedulingInputs.random(policy, seed)) instanceof Pick.Picked picked)) {
                continue;
            }
            Decision decision = picked.decision();
            List<Candidate> candidates = decision.candidates();
            assertThat(decision.chosen())
                    .isEqualTo(picked.endpoints().getFirst().id());
            for (int i = 2; i < candidates.size(); i++) {
                assertThat(candidates.get(i).total())
                        .isGreaterThanOrEqualTo(candidates.get(i - 1).total());
            }
            if (decision.prices().others() > 0) {
                assertThat(decision.prices().othersMinimum())
                        .isGreaterThanOrEqualTo(candidates.getLast().total());
                assertThat(decision.prices().othersMedian())
                        .isGreaterThanOrEqualTo(decision.prices().othersMinimum());
            }
            for (Candidate candidate : candidates) {
                assertThat(candidate.partCount())
                        .isEqualTo(decision.policy().parts().size());
                assertThat(candidate.total()).isFinite();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameSituationYieldsTheSameDecision(PolicyKind policy) {
        for (long seed = 0; seed < SITUATIONS; seed++) {
            assertThat(outcome(SchedulingInputs.random(policy, seed)))
                    .isEqualTo(outcome(SchedulingInputs.random(policy, seed)));
        }
    }

    private static Object outcome(SchedulingInput input) {
        return switch (new Scheduler().schedule(input)) {
            case Pick.Picked picked -> picked.decision();
            case Pick.NoEndpoints none -> none;
            case Pick.SubsetEmpty empty -> empty;
            case Pick.AdapterNotServing none -> none;
            case Pick.TooLate late -> late;
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"COST", "WEIGHTED", "LEAST_REQUEST"})
    void theOrderOfTheEndpointsDoesNotMatter(PolicyKind policy) {
        for (long seed = 0; seed < SITUATIONS; seed++) {
            SchedulingInput input = SchedulingInputs.random(policy, seed);
            PoolSnapshot pool = input.pool();
            PrefixIndex prefixes = new PrefixIndex(1 << 14);
            for (int i = 0; i < pool.endpoints().size(); i++) {
                prefixes.insert(
                        prompt(1, input.hits().blocks(i)), 0, pool.endpoints().get(i), 0);
            }
            SchedulingInput reversed = SchedulingInputs.of(
                    new PoolSnapshot(pool.id(), pool.settings(), new ArrayList<>(pool.endpoints()).reversed()),
                    input.request(),
                    Target.asIs(MODEL),
                    prefixes,
                    input.seed());
            if (new Scheduler().schedule(input) instanceof Pick.Picked picked) {
                assertThat(SchedulingInputs.picked(new Scheduler().schedule(reversed))
                                .endpoints()
                                .getFirst())
                        .as("seed %d", seed)
                        .isEqualTo(picked.endpoints().getFirst());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void reachesEveryEndpointOfAnIdlePool(PolicyKind policy) {
        PoolSnapshot pool = pool(policy, many(10, H100));
        PrefixIndex nothing = new PrefixIndex(64);
        Scheduler scheduler = new Scheduler();
        Set<Endpoint> reached = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            SchedulingInput input = SchedulingInputs.of(
                    pool, request("id-" + i, work(prompt(i, 4))), Target.asIs(MODEL), nothing, i * 7L);
            reached.add(SchedulingInputs.picked(scheduler.schedule(input))
                    .endpoints()
                    .getFirst());
        }
        assertThat(reached).hasSameElementsAs(pool.endpoints());
    }

    @ParameterizedTest
    @EnumSource
    void placesOpaqueWork(PolicyKind policy) {
        PoolSnapshot pool = pool(policy, many(3, H100));
        SchedulingInput input =
                SchedulingInputs.of(pool, request("id", new Work.Opaque()), null, new PrefixIndex(64), 5);
        Pick.Picked picked = SchedulingInputs.picked(new Scheduler().schedule(input));
        assertThat(picked.decision().policy()).isEqualTo(policy == PolicyKind.COST ? PolicyKind.LEAST_REQUEST : policy);
        assertThat(picked.decision().model()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void saysWhyThereIsNoEndpoint(PolicyKind policy) {
        PrefixIndex nothing = new PrefixIndex(64);
        assertThat(new Scheduler().schedule(SchedulingInputs.of(pool(policy), prompt(1, 2), nothing)))
                .isInstanceOf(Pick.NoEndpoints.class);
        InferenceRequest nowhere =
                new InferenceRequest("id", POOL, work(prompt(1, 2)), new EndpointSubset.Only(Set.of()), 0);
        assertThat(new Scheduler()
                        .schedule(SchedulingInputs.of(pool(policy, H100), nowhere, Target.asIs(MODEL), nothing, 1)))
                .isInstanceOf(Pick.SubsetEmpty.class);
    }
}
