package dev.sluice.picker.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    @Test
    void runsWholeExchangesAndStopsAtTheirNumber() {
        assertThat(WarmUp.run(Duration.ofMinutes(1), 8)).isEqualTo(8);
    }

    @Test
    void endsWithoutOneWhenThereIsNoTime() {
        assertThat(WarmUp.run(Duration.ZERO, 8)).isZero();
    }
}
