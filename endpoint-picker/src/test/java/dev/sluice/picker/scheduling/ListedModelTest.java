package dev.sluice.picker.scheduling;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.many;
import static dev.sluice.picker.Fixtures.poolSpec;
import static dev.sluice.picker.Fixtures.prompt;
import static dev.sluice.picker.Fixtures.work;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.choice.Hashing;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.Pools.PoolSpec;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.request.InferenceRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Requests for a base model go to the endpoints that list it, whatever the policy: the others would answer 404.
class ListedModelTest {
    private static final int SEEDS = 50;
    private static final String OLD = "llama-3.1";
    private static final String NEW = "llama-3.3";

    @SafeVarargs
    private static PoolSnapshot pool(PolicyKind policy, @Nullable Set<String>... lists) {
        Pools pools = new Pools(_ -> {});
        PoolSpec spec = poolSpec(policy, many(lists.length, H100));
        pools.replaceAll(List.of(new PoolSpec(POOL, spec.settings(), spec.endpoints())));
        PoolSnapshot pool = pools.all().get(POOL);
        for (int i = 0; i < lists.length; i++) {
            pool.endpoint(i).reportModels(lists[i]);
        }
        return pool;
    }

    /// The positions of all endpoints that requests are given, first or as a fallback.
    private static Set<Integer> given(PoolSnapshot pool, String model, EndpointSubset subset) {
        Set<Integer> positions = new HashSet<>();
        Scheduler scheduler = new Scheduler();
        Target target = new Target(new ModelName("chat"), new ModelName(model), null);
        for (int seed = 0; seed < SEEDS; seed++) {
            InferenceRequest request = new InferenceRequest("id-" + seed, POOL, work(prompt(seed, 3)), subset, 0);
            Pick pick = scheduler.schedule(
                    SchedulingInputs.of(pool, request, target, new PrefixIndex(1 << 10), Hashing.mix(seed)));
            assertThat(pick).isInstanceOf(Pick.Picked.class);
            ((Pick.Picked) pick)
                    .endpoints()
                    .forEach(each -> positions.add(pool.endpoints().indexOf(each)));
        }
        return positions;
    }

    private static Set<Integer> given(PoolSnapshot pool, String model) {
        return given(pool, model, EndpointSubset.ANY);
    }

    @ParameterizedTest
    @EnumSource
    void modelGoesWhereItIsListedOrWhereThereIsNoList(PolicyKind policy) {
        PoolSnapshot pool = pool(policy, Set.of(OLD), Set.of(NEW), Set.of(OLD, NEW), null);
        assertThat(given(pool, OLD)).containsExactlyInAnyOrder(0, 2, 3);
        assertThat(given(pool, NEW)).containsExactlyInAnyOrder(1, 2, 3);
    }

    @ParameterizedTest
    @EnumSource
    void changedListIsFollowed(PolicyKind policy) {
        PoolSnapshot pool = pool(policy, Set.of(OLD), Set.of(OLD));
        assertThat(given(pool, NEW)).containsExactlyInAnyOrder(0, 1);
        pool.endpoint(1).reportModels(Set.of(NEW));
        assertThat(given(pool, NEW)).containsExactly(1);
        assertThat(given(pool, OLD)).containsExactly(0);
    }

    @ParameterizedTest
    @EnumSource
    void modelThatNoListHasGoesEverywhere(PolicyKind policy) {
        PoolSnapshot pool = pool(policy, Set.of(OLD), Set.of(NEW));
        assertThat(given(pool, "alias")).containsExactlyInAnyOrder(0, 1);
    }

    @ParameterizedTest
    @EnumSource
    void subsetCountsMoreThanTheLists(PolicyKind policy) {
        PoolSnapshot pool = pool(policy, Set.of(OLD), Set.of(NEW));
        EndpointSubset first = new EndpointSubset.Only(Set.of(pool.endpoint(0).address()));
        assertThat(given(pool, NEW, first)).containsExactly(0);
    }
}
