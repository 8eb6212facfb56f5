package dev.sluice.picker.scheduling;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.L40S;
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

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.decision.Candidate;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.picker.request.InferenceRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CostPolicyTest {
    /// 6,400 tokens: about 142 ms of prefill on an H100.
    private static final PromptPrefix LONG = prompt(1, 100);

    private static final Rates H100_RATES = new RateBook().of(H100);
    private static final long MILLI = 1_000_000;
    private final PrefixIndex prefixes = new PrefixIndex(1 << 14);

    private static PoolSnapshot fleet(Hardware... hardware) {
        return pool(PolicyKind.COST, hardware);
    }

    private static double part(SchedulingInput input, int position, String name) {
        Candidate candidate = SchedulingInputs.picked(new Scheduler().schedule(input)).decision().candidates().stream()
                .filter(each -> each.endpoint()
                        .equals(input.pool().endpoints().get(position).id()))
                .findFirst()
                .orElseThrow();
        return candidate.part(PolicyKind.COST.parts().indexOf(name));
    }

    @Test
    void prefersTheEndpointThatHoldsThePrefix() {
        PoolSnapshot pool = fleet(many(6, H100));
        prefixes.insert(LONG, 0, pool.endpoints().get(2), 0);
        SchedulingInput input = SchedulingInputs.of(pool, LONG, prefixes);
        assertThat(SchedulingInputs.pick(input)).isEqualTo(2);
        assertThat(part(input, 2, "prefill")).isCloseTo(3.53, within(.01));
        assertThat(part(input, 0, "prefill")).isCloseTo(143, within(1.0));
        assertThat(SchedulingInputs.picked(new Scheduler().schedule(input))
                        .decision()
                        .cachedTokens())
                .isEqualTo(6_400);
    }

    @Test
    void staysWithThePrefixWhileItsQueueIsShorterThanThePrefillElsewhere() {
        PoolSnapshot pool = fleet(many(2, H100));
        prefixes.insert(LONG, 0, pool.endpoints().get(1), 0);
        pool.endpoints().get(1).inFlight().place(0, 50 * MILLI, 1_000);
        assertThat(SchedulingInputs.pick(SchedulingInputs.of(pool, LONG, prefixes)))
                .isEqualTo(1);
    }

    @Test
    void leavesThePrefixWhenItsQueueCostsMore() {
        PoolSnapshot pool = fleet(many(2, H100));
        prefixes.insert(LONG, 0, pool.endpoints().get(1), 0);
        pool.endpoints().get(1).inFlight().place(0, 500 * MILLI, 1_000);
        assertThat(SchedulingInputs.pick(SchedulingInputs.of(pool, LONG, prefixes)))
                .isZero();
    }

    @Test
    void scarcityIsWhatOthersLoseByWorkThatAnEndpointHasDoneAlready() {
        PoolSnapshot pool = fleet(many(3, H100));
        prefixes.insert(LONG, 0, pool.endpoints().get(0), 0);
        pool.endpoints().get(1).report(signals(3, 8, .1));
        SchedulingInput input = SchedulingInputs.of(pool, LONG, prefixes);
        double wasted = part(input, 1, "prefill") - part(input, 0, "prefill");
        assertThat(part(input, 1, "scarcity")).isCloseTo((11 + 16 * 3) * wasted, within(.1));
        assertThat(part(input, 0, "scarcity")).as("holds it").isZero();
        assertThat(part(input, 2, "scarcity")).as("delays nobody").isZero();
    }

    @Test
    void workThatNobodyHasDoneIsNoWaste() {
        PoolSnapshot pool = fleet(many(2, H100));
        pool.endpoints().get(1).report(signals(3, 8, .1));
        assertThat(part(SchedulingInputs.of(pool, LONG, prefixes), 1, "scarcity"))
                .isZero();
    }

    @Test
    void whatChanceDoesToABatchIsNoReasonToLeaveAPrefix() {
        PoolSnapshot pool = fleet(many(2, H100));
        prefixes.insert(LONG, 0, pool.endpoints().get(1), 0);
        pool.endpoints().forEach(endpoint -> endpoint.report(signals(0, 100, 0)));
        double usual = part(SchedulingInputs.of(pool, LONG, prefixes), 1, "decode");
        for (int i = 0; i < 40; i++) {
            pool.endpoints().get(1).inFlight().place(0, 0, 0);
        }
        SchedulingInput crowded = SchedulingInputs.of(pool, LONG, prefixes);
        double now = H100_RATES.marginalStepMillis(0) * 40 * 0.2 * 200;
        assertThat(part(crowded, 1, "decode") - usual).isCloseTo(now / 2, within(.1));
        assertThat(SchedulingInputs.pick(crowded)).isEqualTo(1);
    }

    @Test
    void newPromptsGoWhereLeastNewWorkWentWherePromptsRepeat() {
        PoolSnapshot pool = fleet(many(3, H100));
        pool.endpoints().forEach(endpoint -> endpoint.recentPrompts().placed(0, 20_000, 100_000));
        pool.endpoints().get(0).recentPrompts().placed(0, 5_000, 0);
        pool.endpoints().get(2).recentPrompts().placed(0, 5_000, 0);
        SchedulingInput input = SchedulingInputs.of(pool, LONG, prefixes);
        assertThat(SchedulingInputs.pick(input)).isEqualTo(1);
        double reuse = 300_000 / 370_000.0;
        assertThat(part(input, 0, "spread"))
                .as("no more than the prefill that it may save")
                .isCloseTo(reuse * part(input, 0, "prefill"), within(.1));
        assertThat(part(input, 1, "spread")).isZero();
    }

    @Test
    void nothingIsSpreadWherePromptsDoNotRepeat() {
        PoolSnapshot pool = fleet(many(2, H100));
        pool.endpoints().get(0).recentPrompts().placed(0, 50_000, 0);
        assertThat(part(SchedulingInputs.of(pool, LONG, prefixes), 0, "spread")).isZero();
    }

    @Test
    void replicasThatKnowNothingOfEachOtherPlaceANewPromptAtTheSameEndpoint() {
        int agreed = 0;
        for (int number = 0; number < 100; number++) {
            PromptPrefix fresh = prompt(1_000 + number, 100);
            int one = SchedulingInputs.pick(SchedulingInputs.of(replica(), fresh, prefixes));
            int other = SchedulingInputs.pick(SchedulingInputs.of(replica(), fresh, prefixes));
            agreed += one == other ? 1 : 0;
        }
        assertThat(agreed).isGreaterThan(90);
    }

    private final SplittableRandom chance = new SplittableRandom(7);

    /// One of two, on a pool where prompts repeat and batches differ by chance.
    private PoolSnapshot replica() {
        PoolSnapshot pool = pool(PolicyKind.COST, 2, many(8, H100));
        pool.endpoints().forEach(endpoint -> {
            endpoint.recentPrompts().placed(0, 20_000 + chance.nextInt(1_000), 200_000);
            endpoint.report(signals(0, 30 + chance.nextInt(10), .1));
        });
        return pool;
    }

    @Test
    void anIdleEndpointWithoutThePrefixWinsOverASaturatedOneThatHoldsIt() {
        PoolSnapshot pool = fleet(many(2, H100));
        prefixes.insert(LONG, 0, pool.endpoints().get(1), 0);
        pool.endpoints().get(1).report(signals(1, 8, .1));
        assertThat(SchedulingInputs.pick(SchedulingInputs.of(pool, LONG, prefixes)))
                .isEqualTo(1);
        pool.endpoints().get(1).report(signals(6, 8, .1));
        SchedulingInput saturated = SchedulingInputs.of(pool, LONG, prefixes);
        assertThat(SchedulingInputs.pick(saturated)).isZero();
        assertThat(part(saturated, 1, "queue"))
                .as("the queue alone would not drive it away")
                .isLessThan(143);
    }

    @Test
    void amongSaturatedEndpointsScarcityKeepsAPrefixWhereItIs() {
        PoolSnapshot pool = fleet(many(2, H100));
        prefixes.insert(LONG, 0, pool.endpoints().get(1), 0);
        pool.endpoints().get(0).report(signals(20, 50, .5));
        pool.endpoints().get(1).report(signals(40, 50, .5));
        pool.endpoints().forEach(endpoint -> endpoint.inFlight().place(0, 143 * MILLI, 6_400));
        SchedulingInput input = SchedulingInputs.of(pool, LONG, prefixes);
        assertThat(part(input, 1, "queue"))
                .as("its own wait would be shorter elsewhere")
                .isGreaterThan(part(input, 0, "queue") + part(input, 0, "prefill"));
        assertThat(SchedulingInputs.pick(input)).isEqualTo(1);
    }

    @Test
    void fasterAcceleratorsGetTheWorkUntilTheyAreBusy() {
        PoolSnapshot pool = fleet(L40S, H100, L40S);
        assertThat(SchedulingInputs.pick(SchedulingInputs.of(pool, LONG, prefixes)))
                .isEqualTo(1);
        pool.endpoints().get(1).inFlight().place(0, 2_000 * MILLI, 6_400);
        assertThat(SchedulingInputs.pick(SchedulingInputs.of(pool, LONG, prefixes)))
                .isNotEqualTo(1);
    }

    @Test
    void aLoadedAdapterBeatsOneThatMustBeLoaded() {
        PoolSnapshot pool = fleet(many(3, H100));
        ModelName adapter = new ModelName("sql-lora");
        pool.endpoints().get(0).report(adapters(Set.of("a", "b"), 2));
        pool.endpoints().get(1).report(adapters(Set.of("sql-lora"), 2));
        pool.endpoints().get(2).report(adapters(Set.of("a"), 2));
        SchedulingInput input =
                SchedulingInputs.of(pool, request("id", work(LONG)), new Target(MODEL, adapter, adapter), prefixes, 1);
        assertThat(SchedulingInputs.pick(input)).isEqualTo(1);
        assertThat(part(input, 1, "adapter")).isZero();
        assertThat(part(input, 2, "adapter")).isPositive();
        assertThat(part(input, 0, "adapter"))
                .as("a slot must become free first")
                .isGreaterThan(part(input, 2, "adapter"));
    }

    @Test
    void aFullKvCacheIsExpensive() {
        PoolSnapshot pool = fleet(many(2, H100));
        pool.endpoints().get(0).report(signals(0, 10, .999));
        pool.endpoints().get(1).report(signals(0, 10, .5));
        SchedulingInput input = SchedulingInputs.of(pool, LONG, prefixes);
        assertThat(part(input, 0, "memory")).isPositive();
        assertThat(part(input, 1, "memory")).isZero();
        assertThat(SchedulingInputs.pick(input)).isEqualTo(1);
    }

    @Test
    void crowdingAndDecodeGrowWithTheBatchButCrowdingIsBounded() {
        PoolSnapshot pool = fleet(many(2, H100));
        pool.endpoints().get(0).report(signals(0, 10, .1));
        pool.endpoints().get(1).report(signals(0, 250, .9));
        SchedulingInput input = SchedulingInputs.of(pool, LONG, prefixes);
        assertThat(part(input, 0, "crowding")).isPositive().isLessThan(part(input, 1, "crowding"));
        assertThat(part(input, 0, "decode")).isPositive().isLessThan(part(input, 1, "decode"));
        assertThat(part(input, 1, "crowding")).isLessThan(200);
    }

    @Test
    void aBurstSpreadsWithoutAScrapeInBetween() {
        PoolSnapshot pool = fleet(many(8, H100));
        pool.endpoints().forEach(endpoint -> endpoint.report(signals(0, 0, 0)));
        Scheduler scheduler = new Scheduler();
        for (int i = 0; i < 80; i++) {
            SchedulingInput input =
                    SchedulingInputs.of(pool, request("id-" + i, work(prompt(i, 20))), Target.asIs(MODEL), prefixes, i);
            Endpoint endpoint = SchedulingInputs.picked(scheduler.schedule(input))
                    .endpoints()
                    .getFirst();
            endpoint.inFlight().place(0, 30 * MILLI, 1_400);
        }
        assertThat(pool.endpoints())
                .allMatch(endpoint -> endpoint.inFlight().requests() >= 8
                        && endpoint.inFlight().requests() <= 12);
    }

    @Test
    void aSubsetIsKeptEvenWhenABetterEndpointIsOutsideIt() {
        PoolSnapshot pool = fleet(many(3, H100));
        prefixes.insert(LONG, 0, pool.endpoints().get(0), 0);
        InferenceRequest limited = new InferenceRequest(
                "id", POOL, work(LONG), new EndpointSubset.Only(Set.of("10.0.0.2:8000", "10.0.0.77")), 0);
        assertThat(SchedulingInputs.pick(SchedulingInputs.of(pool, limited, Target.asIs(MODEL), prefixes, 1)))
                .isEqualTo(2);
    }

    @Test
    void equalEndpointsAreChosenByThePromptsHeadInAllReplicasAlike() {
        PoolSnapshot here = fleet(many(7, H100));
        PoolSnapshot there = fleet(many(7, H100));
        List<Integer> winners = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int winner = SchedulingInputs.pick(
                    SchedulingInputs.of(here, request("a", work(prompt(i, 3))), Target.asIs(MODEL), prefixes, i));
            assertThat(SchedulingInputs.pick(SchedulingInputs.of(
                            there, request("b", work(prompt(i, 9))), Target.asIs(MODEL), prefixes, -i)))
                    .as("a longer prompt with the same head, another replica")
                    .isEqualTo(winner);
            winners.add(winner);
        }
        assertThat(winners).containsAll(List.of(0, 1, 2, 3, 4, 5, 6));
    }

    @Test
    void whenAnEndpointLeavesOnlyItsPromptsMove() {
        PoolSnapshot pool = fleet(many(7, H100));
        PoolSnapshot smaller =
                new PoolSnapshot(pool.id(), pool.settings(), pool.endpoints().subList(0, 6));
        for (int i = 0; i < 50; i++) {
            int before = SchedulingInputs.pick(SchedulingInputs.of(pool, prompt(i, 3), prefixes));
            int after = SchedulingInputs.pick(SchedulingInputs.of(smaller, prompt(i, 3), prefixes));
            if (before < 6) {
                assertThat(after).isEqualTo(before);
            }
        }
    }

    @Test
    void anAdapterThatRunsAndIsWaitedForTakesOneSlot() {
        PoolSnapshot pool = fleet(many(2, H100));
        ModelName adapter = new ModelName("sql-lora");
        Set<String> both = Set.of("a", "b");
        pool.endpoints().get(0).report(new Signals(2, 2, new KvCache(0, 430_000), new Adapters(both, both, 4), 0, 0));
        pool.endpoints()
                .get(1)
                .report(new Signals(2, 2, new KvCache(0, 430_000), new Adapters(both, Set.of(), 4), 0, 0));
        SchedulingInput input =
                SchedulingInputs.of(pool, request("id", work(LONG)), new Target(MODEL, adapter, adapter), prefixes, 1);
        assertThat(part(input, 0, "adapter"))
                .isEqualTo(part(input, 1, "adapter"))
                .isPositive();
    }

    private static Signals adapters(Set<String> running, int slots) {
        return new Signals(0, 0, new KvCache(0, 430_000), new Adapters(running, Set.of(), slots), 0, 0);
    }
}
