package dev.sluice.picker.signals.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InFlightHistoryTest {
    @Test
    void remembersWhatWasInFlightThen() {
        InFlightHistory history = new InFlightHistory();
        assertThat(history.at(5)).isZero();
        for (int i = 0; i < 300; i++) {
            history.record(10L * i, i);
        }
        assertThat(history.at(2_985)).isEqualTo(298);
        assertThat(history.at(9_999)).isEqualTo(299);
        assertThat(history.at(2_000)).isEqualTo(200);
        assertThat(history.at(0)).as("further back than it remembers").isEqualTo(172);
    }
}
