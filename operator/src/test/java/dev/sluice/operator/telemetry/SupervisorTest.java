package dev.sluice.operator.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SupervisorTest {

    private final Meters meters = new Meters();
    private final List<Integer> done = new ArrayList<>();

    private void step(int number) {
        if (number == 2) {
            throw new StackOverflowError("two");
        }
        done.add(number);
    }

    @Test
    void theFaultOfOneStepIsCountedAndKeepsNoOtherFromBeingTaken() {
        meters.supervisor().each("look", List.of(1, 2, 3), this::step);
        assertThat(meters.supervisor().run("look", () -> step(2))).isFalse();
        assertThat(done).containsExactly(1, 3);
        assertThat(meters.scrape()).contains("sluice_operator_loop_faults_total{loop=\"look\"} 2.0");
    }

    @Test
    void aFaultThatCannotBeCountedIsSurvivedToo() {
        Supervisor uncounted = new Supervisor(_ -> {
            throw new IllegalStateException("no meter");
        });
        uncounted.each("look", List.of(1, 2, 3), this::step);
        assertThat(done).containsExactly(1, 3);
    }
}
