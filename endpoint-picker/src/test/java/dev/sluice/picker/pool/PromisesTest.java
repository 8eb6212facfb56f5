package dev.sluice.picker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromisesTest {
    private final Promises promises = new Promises();

    @ParameterizedTest
    @ValueSource(doubles = {4, 5, 30, 50, 200, 7_999})
    void nobodyIsPromisedLess(double millis) {
        promises.add(millis);
        assertThat(promises.tightestMillis(0)).isBetween(millis / Math.sqrt(2) - 1e-9, millis + 1e-9);
    }

    @ParameterizedTest
    @ValueSource(doubles = {.001, 1e9})
    void whatIsBeyondTheStepsCountsAtTheOutermost(double millis) {
        promises.add(millis);
        assertThat(promises.tightestMillis(0)).isBetween(4.0, 8_193.0);
    }

    @Test
    void theTightestOfThoseThatAreLeftCounts() {
        promises.add(32);
        promises.add(32);
        promises.add(128);
        promises.remove(32);
        assertThat(promises.tightestMillis(0)).isEqualTo(32);
        assertThat(promises.tightestMillis(33)).isEqualTo(128);
        promises.remove(32);
        assertThat(promises.tightestMillis(0)).isEqualTo(128);
        promises.remove(128);
        assertThat(promises.isEmpty()).isTrue();
        assertThat(promises.tightestMillis(0)).isInfinite();
    }
}
