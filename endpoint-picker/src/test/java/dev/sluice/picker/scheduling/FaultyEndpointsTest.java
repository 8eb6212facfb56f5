package dev.sluice.picker.scheduling;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.pool;
import static dev.sluice.picker.Fixtures.prompt;
import static dev.sluice.picker.Fixtures.work;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.GpuSignals;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.request.InferenceRequest;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What GPUs say of themselves decides who is a candidate, and how fast.
class FaultyEndpointsTest {
    private static final GpuSignals FALLEN_OFF_THE_BUS = new GpuSignals(0, 0, 1, 79);
    private static final PrefixIndex NO_PREFIX = new PrefixIndex(64);

    @ParameterizedTest
    @EnumSource(PolicyKind.class)
    void anEndpointWithAFailedGpuIsNoCandidate(PolicyKind policy) {
        PoolSnapshot pool = pool(policy, H100, H100, H100);
        pool.endpoint(0).report(FALLEN_OFF_THE_BUS);
        pool.endpoint(2).report(FALLEN_OFF_THE_BUS);
        SchedulingInput input = SchedulingInputs.of(pool, prompt(1, 4), NO_PREFIX);
        for (int i = 0; i < 5; i++) {
            assertThat(SchedulingInputs.picked(new Scheduler().schedule(input)).endpoints())
                    .containsExactly(pool.endpoint(1));
        }
        pool.endpoint(1).report(FALLEN_OFF_THE_BUS);
        assertThat(new Scheduler().schedule(input)).isEqualTo(new Pick.NoEndpoints(3));
    }

    /// Dead for longer than its readiness says: without a queue and a batch it would be the cheapest.
    @ParameterizedTest
    @EnumSource(PolicyKind.class)
    void anEndpointWhoseEngineHasStoppedAnsweringIsChosenWhereNoOtherIs(PolicyKind policy) {
        PoolSnapshot pool = pool(policy, H100, H100, H100);
        SchedulingInput input = SchedulingInputs.of(pool, prompt(1, 4), NO_PREFIX);
        Signals busy = new Signals(9, 30, new KvCache(.9, 400_000), Adapters.NONE, 0, 100);
        pool.endpoint(0).report(busy);
        pool.endpoint(2).report(busy);
        assertThat(pool.endpoint(0).expire(101)).isTrue();
        assertThat(pool.endpoint(2).expire(101)).isTrue();
        for (int i = 0; i < 5; i++) {
            assertThat(SchedulingInputs.picked(new Scheduler().schedule(input)).endpoints())
                    .containsExactly(pool.endpoint(1));
        }
        pool.endpoint(1).report(busy);
        assertThat(pool.endpoint(1).expire(101)).isTrue();
        assertThat(SchedulingInputs.picked(new Scheduler().schedule(input)).endpoints())
                .isNotEmpty();
        pool.endpoint(2).report(busy);
        assertThat(SchedulingInputs.picked(new Scheduler().schedule(input)).endpoints())
                .containsExactly(pool.endpoint(2));
    }

    @Test
    void aSubsetOfNothingButFailedOnesIsNotEmpty() {
        PoolSnapshot pool = pool(PolicyKind.COST, H100, H100);
        pool.endpoint(0).report(FALLEN_OFF_THE_BUS);
        EndpointSubset only = new EndpointSubset.Only(Set.of(pool.endpoint(0).address()));
        InferenceRequest request = new InferenceRequest("id", POOL, work(prompt(1, 4)), only, 0);
        assertThat(new Scheduler().schedule(SchedulingInputs.of(pool, request, Target.asIs(MODEL), NO_PREFIX, 1)))
                .isEqualTo(new Pick.NoEndpoints(1));
    }

    @Test
    void onASlowedGpuEverythingTakesLonger() {
        PoolSnapshot pool = pool(PolicyKind.COST, H100, H100);
        pool.endpoint(0).report(new GpuSignals(1, .9, .5, 0));
        SchedulingInput input = SchedulingInputs.of(pool, prompt(1, 64), NO_PREFIX);
        PriceList prices = new PriceList();
        prices.begin(pool, EndpointSubset.ANY, PolicyKind.COST.parts().size());
        new CostPolicy().price(input, prices);
        prices.sumParts();
        assertThat(prices.total(0) / prices.total(1)).isCloseTo(2, within(.001f));
        assertThat(SchedulingInputs.pick(input)).isEqualTo(1);
    }
}
