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

import dev.sluice.picker.model.Candidate;
import dev.sluice.picker.model.Decision;
import dev.sluice.picker.model.EndpointSubset;
import dev.sluice.picker.model.InferenceRequest;
import dev.sluice.picker.model.PolicyKind;
import dev.sluice.picker.model.Target;
import dev.sluice.picker.model.Work;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prefix.PrefixIndex;
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
            Situation situation = Situations.random(policy, seed);
            EndpointSubset subset = situation.request().subset();
            List<Endpoint> admitted = situation.pool().endpoints().stream()
                    .filter(endpoint -> subset.admits(endpoint.id(), endpoint.address()))
                    .toList();
            switch (new Scheduler().schedule(situation)) {
                case Pick.NoEndpoints none -> throw new AssertionError(none);
                case Pick.AdapterNotServing none -> throw new AssertionError(none);
                case Pick.TooLate late -> throw new AssertionError(late);
                case Pick.SubsetEmpty _ -> assertThat(admitted).isEmpty();
                case Pick.Picked picked -> {
                    assertThat(admitted).containsAll(picked.endpoints());
                    assertThat(picked.endpoints())
                            .doesNotHaveDuplicates()
                            .hasSize(Math.min(Scheduler.FALLBACKS, admitted.size()));
                    assertThat(picked.decision().candidates().size()
                                    + picked.decision().others())
                            .isEqualTo(admitted.size());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void explainsItselfWithPricesThatAddUpAndAreInOrder(PolicyKind policy) {
        for (long seed = 0; seed < SITUATIONS; seed++) {
            if (!(new Scheduler().schedule(Situations.random(policy, seed)) instanceof Pick.Picked picked)) {
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
            if (decision.others() > 0) {
                assertThat(decision.othersMinimum())
                        .isGreaterThanOrEqualTo(candidates.getLast().total());
                assertThat(decision.othersMedian()).isGreaterThanOrEqualTo(decision.othersMinimum());
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
            assertThat(outcome(Situations.random(policy, seed))).isEqualTo(outcome(Situations.random(policy, seed)));
        }
    }

    private static Object outcome(Situation situation) {
        return switch (new Scheduler().schedule(situation)) {
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
            Situation situation = Situations.random(policy, seed);
            PoolSnapshot pool = situation.pool();
            PrefixIndex prefixes = new PrefixIndex(1 << 14);
            for (int i = 0; i < pool.endpoints().size(); i++) {
                prefixes.insert(
                        prompt(1, situation.hits().blocks(i)),
                        0,
                        pool.endpoints().get(i),
                        0);
            }
            Situation reversed = Situations.of(
                    new PoolSnapshot(pool.id(), pool.settings(), new ArrayList<>(pool.endpoints()).reversed()),
                    situation.request(),
                    Target.asIs(MODEL),
                    prefixes,
                    situation.seed());
            if (new Scheduler().schedule(situation) instanceof Pick.Picked picked) {
                assertThat(Situations.picked(new Scheduler().schedule(reversed))
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
            Situation situation =
                    Situations.of(pool, request("id-" + i, work(prompt(i, 4))), Target.asIs(MODEL), nothing, i * 7L);
            reached.add(
                    Situations.picked(scheduler.schedule(situation)).endpoints().getFirst());
        }
        assertThat(reached).hasSameElementsAs(pool.endpoints());
    }

    @ParameterizedTest
    @EnumSource
    void placesOpaqueWork(PolicyKind policy) {
        PoolSnapshot pool = pool(policy, many(3, H100));
        Situation situation = Situations.of(pool, request("id", new Work.Opaque()), null, new PrefixIndex(64), 5);
        Pick.Picked picked = Situations.picked(new Scheduler().schedule(situation));
        assertThat(picked.decision().policy()).isEqualTo(policy == PolicyKind.COST ? PolicyKind.LEAST_REQUEST : policy);
        assertThat(picked.decision().model()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void saysWhyThereIsNoEndpoint(PolicyKind policy) {
        PrefixIndex nothing = new PrefixIndex(64);
        assertThat(new Scheduler().schedule(Situations.of(pool(policy), prompt(1, 2), nothing)))
                .isInstanceOf(Pick.NoEndpoints.class);
        InferenceRequest nowhere =
                new InferenceRequest("id", POOL, work(prompt(1, 2)), new EndpointSubset.Only(Set.of()), 0);
        assertThat(new Scheduler().schedule(Situations.of(pool(policy, H100), nowhere, Target.asIs(MODEL), nothing, 1)))
                .isInstanceOf(Pick.SubsetEmpty.class);
    }
}
