package dev.sluice.operator.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MetersTest {
    private final Meters meters = new Meters();

    @Test
    void theFaultOfALoopIsCounted() {
        meters.supervisor().run("look", () -> {
            throw new StackOverflowError("two");
        });
        assertThat(meters.scrape()).contains("sluice_operator_loop_faults_total{loop=\"look\"} 1.0");
    }
}
