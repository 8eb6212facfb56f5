package dev.sluice.picker.admission.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.admission.capacity.Overflow.Occupancy;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OverflowTest {
    private static final long WHILE = Overflow.CALM_NANOS;

    private final Overflow overflow = new Overflow();

    @Test
    void takesAllWhileThereIsRoom() {
        assertThat(overflow.takes(Occupancy.PLENTY, -5)).isTrue();
        assertThat(overflow.takes(Occupancy.SOME, 0)).isTrue();
    }

    @Test
    void takesNoneFromWhenThereIsNoRoomUntilThereHasBeenPlentyForAWhile() {
        assertThat(overflow.takes(Occupancy.FULL, 0)).isFalse();
        assertThat(overflow.takes(Occupancy.SOME, 1)).isFalse();
        assertThat(overflow.takes(Occupancy.SOME, 100 * WHILE)).isFalse();
        assertThat(overflow.takes(Occupancy.PLENTY, 200 * WHILE)).isFalse();
        assertThat(overflow.takes(Occupancy.PLENTY, 201 * WHILE - 1)).isFalse();
        assertThat(overflow.takes(Occupancy.PLENTY, 201 * WHILE)).isTrue();
        assertThat(overflow.takes(Occupancy.SOME, 201 * WHILE + 1)).isTrue();
    }

    @Test
    void theWhileBeginsAnewWhenThereIsLessThanPlenty() {
        overflow.takes(Occupancy.FULL, 0);
        overflow.takes(Occupancy.PLENTY, 1);
        overflow.takes(Occupancy.SOME, WHILE);
        assertThat(overflow.takes(Occupancy.PLENTY, WHILE + 1)).isFalse();
        assertThat(overflow.takes(Occupancy.PLENTY, 2 * WHILE)).isFalse();
        assertThat(overflow.takes(Occupancy.PLENTY, 2 * WHILE + 1)).isTrue();
    }

    /// A pool at its limit, which has capacity now and then: it changes at most once in each while.
    @Test
    void doesNotFlap() {
        SplittableRandom random = new SplittableRandom(7);
        int changes = 0;
        boolean before = true;
        for (int step = 0; step < 10_000; step++) {
            Occupancy capacity = random.nextInt(100) == 0
                    ? Occupancy.FULL
                    : random.nextInt(100) == 0 ? Occupancy.SOME : Occupancy.PLENTY;
            boolean takes = overflow.takes(capacity, step * WHILE / 100);
            changes += takes == before ? 0 : 1;
            before = takes;
        }
        assertThat(changes).isBetween(1, 2 * 100);
    }
}
