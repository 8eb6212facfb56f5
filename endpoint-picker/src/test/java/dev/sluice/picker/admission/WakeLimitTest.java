package dev.sluice.picker.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WakeLimitTest {
    private final VirtualTime time = new VirtualTime();
    private final WakeLimit limit = new WakeLimit(time, Duration.ofMillis(1), 64);

    private int taken(int asked) {
        int taken = 0;
        for (int i = 0; i < asked; i++) {
            taken += limit.take() == 0 ? 1 : 0;
        }
        return taken;
    }

    @Test
    void aBurstIsNotDelayed() {
        assertThat(taken(64)).isEqualTo(64);
        assertThat(taken(100)).isLessThanOrEqualTo(1);
    }

    @Test
    void aThousandLooksASecondRemain() {
        taken(1_000);
        int taken = 0;
        for (int i = 0; i < 10_000; i++) {
            time.pass(Duration.ofNanos(100_000));
            taken += taken(2);
        }
        assertThat(taken).isBetween(995, 1_005);
    }

    @Test
    void aDelayedCallIsToldWhenToAskAgain() {
        taken(100);
        time.pass(Duration.ofNanos(limit.take()));
        assertThat(limit.take()).isZero();
    }
}
