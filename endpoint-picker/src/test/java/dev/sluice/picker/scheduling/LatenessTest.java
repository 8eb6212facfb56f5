package dev.sluice.picker.scheduling;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.many;
import static dev.sluice.picker.Fixtures.pool;
import static dev.sluice.picker.Fixtures.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.decision.Candidate;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.pool.CapacityCheck;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.picker.request.Objectives;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What objectives change about where requests go.
class LatenessTest {
    /// 6,400 tokens: about 142 ms of prefill on an H100.
    private static final PromptPrefix LONG = prompt(1, 100);

    private static final CapacityCheck ANYWHERE = (_, _) -> true;

    private final PoolSnapshot pool = pool(PolicyKind.COST, many(2, H100));
    private final PrefixIndex prefixes = new PrefixIndex(1 << 14);

    private SchedulingInput asking(Objectives objectives, @Nullable CapacityCheck capacity) {
        SchedulingInput usual = SchedulingInputs.of(pool, LONG, prefixes);
        return SchedulingInputs.with(usual, usual.priced().pin(), capacity, objectives, capacity != null);
    }

    private static Objectives ttft(double millis) {
        return new Objectives(millis, Double.POSITIVE_INFINITY);
    }

    private Endpoint occupied(int position, long prefillMillis) {
        Endpoint endpoint = pool.endpoint(position);
        endpoint.inFlight().place(0, Duration.ofMillis(prefillMillis).toNanos(), 1_000);
        return endpoint;
    }

    private static float objectivePart(SchedulingInput input, int position) {
        return SchedulingInputs.picked(new Scheduler().schedule(input)).decision().candidates().stream()
                .filter(each ->
                        each.endpoint().equals(input.pool().endpoint(position).id()))
                .map((Candidate each) -> each.part(PolicyKind.COST.parts().indexOf("objective")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whereNobodyHasAnObjectiveNothingChanges() {
        occupied(0, 1_000);
        assertThat(objectivePart(asking(Objectives.NONE, null), 0)).isZero();
        assertThat(objectivePart(asking(Objectives.NONE, null), 1)).isZero();
    }

    @Test
    void aRequestInAHurryLeavesItsPrefixWhereItWouldHaveToWait() {
        prefixes.insert(LONG, 0, occupied(0, 300), 0);
        for (int i = 0; i < 4; i++) {
            occupied(1, 0);
        }
        assertThat(SchedulingInputs.pick(asking(Objectives.NONE, null))).isZero();
        assertThat(SchedulingInputs.pick(asking(ttft(1_000), null))).isZero();
        assertThat(SchedulingInputs.pick(asking(ttft(200), null))).isEqualTo(1);
    }

    @Test
    void whatIsLateCostsMoreThanItWaits() {
        occupied(0, 500);
        occupied(1, 1_000);
        assertThat(objectivePart(asking(ttft(10_000), null), 0)).isZero();
        assertThat(objectivePart(asking(ttft(200), null), 0)).isGreaterThan(4 * (500 - 160));
        assertThat(objectivePart(asking(ttft(200), null), 1))
                .isGreaterThan(objectivePart(asking(ttft(200), null), 0) + 1_900);
    }

    @Test
    void othersAreKeptFromThoseWhoHaveNoTimeToGiveAway() {
        Endpoint pressed = occupied(0, 1);
        occupied(1, 1);
        pressed.tpotTargets().add(8);
        assertThat(objectivePart(asking(Objectives.NONE, null), 0)).isPositive();
        assertThat(objectivePart(asking(Objectives.NONE, null), 1)).isZero();
        assertThat(SchedulingInputs.pick(asking(Objectives.NONE, null))).isEqualTo(1);
        pressed.tpotTargets().remove(8);
        pressed.tpotTargets().add(800);
        assertThat(objectivePart(asking(Objectives.NONE, null), 0)).isZero();
    }

    @Test
    void aSheddableRequestThatWouldBeLateEverywhereIsNotPlaced() {
        occupied(0, 500);
        occupied(1, 400);
        assertThat(new Scheduler().schedule(asking(ttft(300), ANYWHERE)))
                .isInstanceOfSatisfying(
                        Pick.TooLate.class,
                        late -> assertThat(late.by()).isBetween(Duration.ofMillis(200), Duration.ofMillis(300)));
        assertThat(new Scheduler().schedule(asking(ttft(1_000), ANYWHERE))).isInstanceOf(Pick.Picked.class);
        assertThat(new Scheduler().schedule(asking(ttft(300), null)))
                .as("not sheddable: placed to lose least")
                .isInstanceOf(Pick.Picked.class);
    }

    @Test
    void whereAnEndpointIsIdleThePredictionIsPutToTheTest() {
        occupied(0, 500);
        assertThat(new Scheduler().schedule(asking(ttft(1), ANYWHERE))).isInstanceOf(Pick.Picked.class);
    }
}
