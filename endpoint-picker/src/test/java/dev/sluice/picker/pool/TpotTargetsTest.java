package dev.sluice.picker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TpotTargetsTest {
    private final TpotTargets tpotTargets = new TpotTargets();

    @ParameterizedTest
    @ValueSource(doubles = {4, 5, 30, 50, 200, 7_999})
    void nobodyIsPromisedLess(double millis) {
        tpotTargets.add(millis);
        assertThat(tpotTargets.tightestMillis(0)).isBetween(millis / Math.sqrt(2) - 1e-9, millis + 1e-9);
    }

    @ParameterizedTest
    @ValueSource(doubles = {.001, 1e9})
    void whatIsBeyondTheStepsCountsAtTheOutermost(double millis) {
        tpotTargets.add(millis);
        assertThat(tpotTargets.tightestMillis(0)).isBetween(4.0, 8_193.0);
    }

    @Test
    void theTightestOfThoseThatAreLeftCounts() {
        tpotTargets.add(32);
        tpotTargets.add(32);
        tpotTargets.add(128);
        tpotTargets.remove(32);
        assertThat(tpotTargets.tightestMillis(0)).isEqualTo(32);
        assertThat(tpotTargets.tightestMillis(33)).isEqualTo(128);
        tpotTargets.remove(32);
        assertThat(tpotTargets.tightestMillis(0)).isEqualTo(128);
        tpotTargets.remove(128);
        assertThat(tpotTargets.isEmpty()).isTrue();
        assertThat(tpotTargets.tightestMillis(0)).isInfinite();
    }
}
