package dev.sluice.bench.soak.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CpuControlTest {
    @Test
    void theRateComesToWhatMakesThePickerUseItsTarget() {
        CpuControl control = new CpuControl(0.7, 1_000);
        for (int i = 0; i < 200; i++) {
            control.used(0.1 + control.rate() / 1_000, LoadState.STEADY);
        }
        assertThat(control.rate()).isCloseTo(600, within(1.0));
    }

    @Test
    void itStaysBelowItsLimit() {
        CpuControl control = new CpuControl(0.7, 150);
        for (int i = 0; i < 100; i++) {
            control.used(0.1, LoadState.STEADY);
        }
        assertThat(control.rate()).isEqualTo(150);
    }

    @Test
    void itGrowsSlowly() {
        CpuControl control = new CpuControl(0.7, 1_000);
        double before = control.rate();
        control.used(0.01, LoadState.STEADY);
        assertThat(control.rate()).isBetween(before, before * 1.2);
    }

    @Test
    void itStaysAsItIsInABurst() {
        CpuControl control = new CpuControl(0.7, 1_000);
        double before = control.rate();
        control.used(0.1, LoadState.BURST);
        control.used(0.9, LoadState.BURST);
        assertThat(control.rate()).isEqualTo(before);
    }

    @Test
    void itFallsWhereTheMachineIsAtItsLimit() {
        CpuControl control = new CpuControl(0.7, 1_000);
        for (int i = 0; i < 20; i++) {
            control.used(0.2, LoadState.STEADY);
        }
        double before = control.rate();
        control.used(0.2, LoadState.BEHIND);
        assertThat(control.rate()).isLessThan(before);
    }
}
