package dev.sluice.picker.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.pool.CapacityCheck;
import dev.sluice.picker.pool.Endpoint;
import org.junit.jupiter.api.Test;

/// Where requests go that must leave capacity, in situations drawn from seeds.
class CapacityCheckTest {
    private static final int SITUATIONS = 400;

    private final Scheduler scheduler = new Scheduler();

    private static SchedulingInput within(SchedulingInput input, CapacityCheck capacity) {
        return SchedulingInputs.with(
                input,
                input.priced().pin(),
                capacity,
                input.objectives(),
                input.priced().sheddable());
    }

    @Test
    void oneWithRoomIsChosenWhileThereIsOne() {
        int elsewhere = 0;
        for (long seed = 0; seed < SITUATIONS; seed++) {
            SchedulingInput free = SchedulingInputs.random(PolicyKind.COST, seed);
            if (!(scheduler.schedule(free) instanceof Pick.Picked best)) {
                continue;
            }
            Endpoint full = best.endpoints().getFirst();
            Pick.Picked picked = (Pick.Picked) scheduler.schedule(within(free, (endpoint, _) -> endpoint != full));
            boolean alone = best.endpoints().size() == 1;
            assertThat(picked.endpoints().getFirst() == full).isEqualTo(alone);
            assertThat(picked.endpoints()).as("to fall back on").hasSameSizeAs(best.endpoints());
            elsewhere += alone ? 0 : 1;
        }
        assertThat(elsewhere).isGreaterThan(SITUATIONS / 2);
    }

    @Test
    void whereNoneHasRoomAnyMoreThePriceDecides() {
        for (long seed = 0; seed < SITUATIONS; seed++) {
            SchedulingInput free = SchedulingInputs.random(PolicyKind.COST, seed);
            if (scheduler.schedule(free) instanceof Pick.Picked best) {
                Pick.Picked picked = (Pick.Picked) scheduler.schedule(within(free, (_, _) -> false));
                assertThat(picked.endpoints()).containsExactlyInAnyOrderElementsOf(best.endpoints());
            }
        }
    }
}
