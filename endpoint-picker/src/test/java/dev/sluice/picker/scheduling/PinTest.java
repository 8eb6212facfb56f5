package dev.sluice.picker.scheduling;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.many;
import static dev.sluice.picker.Fixtures.pool;
import static dev.sluice.picker.Fixtures.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.decision.Stickiness;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.request.Affinity;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a session does to a choice, in situations drawn from seeds.
class PinTest {
    private static final int SITUATIONS = 400;

    private static SchedulingInput pinned(SchedulingInput input, Pin pin) {
        return SchedulingInputs.with(
                input, pin, null, input.objectives(), input.priced().sheddable());
    }

    private static boolean isCandidate(SchedulingInput input, Endpoint endpoint) {
        return input.request().subset().admits(endpoint.id(), endpoint.address());
    }

    @ParameterizedTest
    @EnumSource(PolicyKind.class)
    void aStrictSessionGetsItsEndpointWheneverThatIsACandidate(PolicyKind policy) {
        for (long seed = 0; seed < SITUATIONS; seed++) {
            SchedulingInput free = SchedulingInputs.random(policy, seed);
            int position = new SplittableRandom(seed).nextInt(free.pool().size());
            Endpoint session = free.pool().endpoint(position);
            SchedulingInput pinned = pinned(free, new Pin.At(position, Affinity.AffinityMode.STRICT));
            if (!(new Scheduler().schedule(pinned) instanceof Pick.Picked picked)) {
                continue;
            }
            boolean candidate = isCandidate(free, session);
            assertThat(picked.decision().session())
                    .as("seed %d", seed)
                    .isEqualTo(candidate ? Stickiness.KEPT : Stickiness.GONE);
            if (candidate) {
                assertThat(picked.endpoints().getFirst()).as("seed %d", seed).isSameAs(session);
                assertThat(picked.position()).isEqualTo(position);
                assertThat(picked.decision().chosen()).isEqualTo(session.id());
            }
            assertThat(picked.endpoints()).as("seed %d", seed).doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @EnumSource(PolicyKind.class)
    void aSoftSessionGetsNothingWorseThanItsLeeway(PolicyKind policy) {
        for (long seed = 0; seed < SITUATIONS; seed++) {
            SchedulingInput free = SchedulingInputs.random(policy, seed);
            int position = new SplittableRandom(seed).nextInt(free.pool().size());
            SchedulingInput pinned = pinned(free, new Pin.At(position, Affinity.AffinityMode.SOFT));
            // Fresh schedulers, so that those that take turns begin anew.
            if (!(new Scheduler().schedule(pinned) instanceof Pick.Picked picked)
                    || !(new Scheduler().schedule(free) instanceof Pick.Picked unpinned)) {
                continue;
            }
            float best = unpinned.decision().candidates().getFirst().total();
            float got = picked.decision().candidates().getFirst().total();
            Policy used = Policy.of(picked.decision().policy());
            float limit = best + used.leeway(pinned, position, best);
            if (picked.decision().session() == Stickiness.KEPT) {
                assertThat(picked.position()).isEqualTo(position);
                assertThat(got).as("seed %d", seed).isLessThanOrEqualTo(limit);
            } else {
                assertThat(picked.endpoints()).as("seed %d", seed).isEqualTo(unpinned.endpoints());
            }
        }
    }

    @Test
    void aSessionThatIsNewOrWhoseEndpointIsGoneChangesNothing() {
        for (long seed = 0; seed < SITUATIONS; seed++) {
            SchedulingInput free = SchedulingInputs.random(PolicyKind.COST, seed);
            if (new Scheduler().schedule(free) instanceof Pick.Picked unpinned) {
                for (Pin pin : List.of(Pin.NEW, Pin.GONE)) {
                    Pick.Picked picked = SchedulingInputs.picked(new Scheduler().schedule(pinned(free, pin)));
                    assertThat(picked.endpoints()).isEqualTo(unpinned.endpoints());
                    assertThat(picked.decision().session())
                            .isEqualTo(pin.equals(Pin.NEW) ? Stickiness.NEW : Stickiness.GONE);
                }
                assertThat(unpinned.decision().session()).isNull();
            }
        }
    }

    /// The last answer is in the endpoint's cache, though no prompt has shown it yet.
    @Test
    void theLeewayGrowsByWhatTheLastAnswerSaves() {
        PoolSnapshot pool = pool(PolicyKind.COST, many(2, H100));
        CostPolicy policy = new CostPolicy();
        float none = policy.leeway(SchedulingInputs.of(pool, prompt(1, 0), new PrefixIndex(1 << 14)), 0, 0);
        float some = policy.leeway(SchedulingInputs.of(pool, prompt(1, 60), new PrefixIndex(1 << 14)), 0, 0);
        assertThat(none).isEqualTo(100);
        // 200 tokens of 3,840, at an H100's 0.018 ms each and a little more for their distance.
        assertThat(some - none).isBetween(3.6f, 4.6f);
        assertThat(policy.leeway(SchedulingInputs.of(pool, prompt(1, 0), new PrefixIndex(1 << 14)), 0, 5_000))
                .isEqualTo(500);
    }

    @Test
    void whatASoftSessionIsWorthIsFarLessThanABurst() {
        PoolSnapshot pool = pool(PolicyKind.COST, many(2, H100));
        SchedulingInput input = pinned(
                SchedulingInputs.of(pool, prompt(1, 20), new PrefixIndex(1 << 14)),
                new Pin.At(0, Affinity.AffinityMode.SOFT));
        assertThat(SchedulingInputs.pick(input)).isZero();
        pool.endpoint(0).inFlight().place(0, 60_000_000, 100);
        assertThat(SchedulingInputs.pick(input)).isZero();
        pool.endpoint(0).inFlight().place(0, 200_000_000, 100);
        assertThat(SchedulingInputs.pick(input)).isEqualTo(1);
    }
}
