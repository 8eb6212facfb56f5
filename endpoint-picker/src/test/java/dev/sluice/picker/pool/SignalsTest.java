package dev.sluice.picker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SignalsTest {
    private static Signals signals(int waiting, int running, int own) {
        return new Signals(waiting, running, 0, 0, Adapters.NONE, own, 0);
    }

    @Test
    void foreignWorkIsWhatThisPickerDidNotSend() {
        assertThat(signals(3, 5, 2).foreign()).isEqualTo(6);
        assertThat(signals(3, 5, 0).foreign()).isEqualTo(8);
    }

    @Test
    void ownWorkThatTheEngineDoesNotShowYetIsNotNegativeForeignWork() {
        assertThat(signals(0, 1, 4).foreign()).isZero();
        assertThat(signals(0, 1, 4).foreignWaiting()).isZero();
    }

    @Test
    void foreignWaitingIsBoundedByBoth() {
        assertThat(signals(3, 5, 2).foreignWaiting()).isEqualTo(3);
        assertThat(signals(3, 5, 7).foreignWaiting()).isEqualTo(1);
    }
}
