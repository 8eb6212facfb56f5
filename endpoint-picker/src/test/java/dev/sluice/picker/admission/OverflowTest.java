package dev.sluice.picker.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.admission.Overflow.Room;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OverflowTest {
    private static final long WHILE = Overflow.CALM_NANOS;

    private final Overflow overflow = new Overflow();

    @Test
    void takesAllWhileThereIsRoom() {
        assertThat(overflow.takes(Room.PLENTY, -5)).isTrue();
        assertThat(overflow.takes(Room.SOME, 0)).isTrue();
    }

    @Test
    void takesNoneFromWhenThereIsNoRoomUntilThereHasBeenPlentyForAWhile() {
        assertThat(overflow.takes(Room.NOT_ANY, 0)).isFalse();
        assertThat(overflow.takes(Room.SOME, 1)).isFalse();
        assertThat(overflow.takes(Room.SOME, 100 * WHILE)).isFalse();
        assertThat(overflow.takes(Room.PLENTY, 200 * WHILE)).isFalse();
        assertThat(overflow.takes(Room.PLENTY, 201 * WHILE - 1)).isFalse();
        assertThat(overflow.takes(Room.PLENTY, 201 * WHILE)).isTrue();
        assertThat(overflow.takes(Room.SOME, 201 * WHILE + 1)).isTrue();
    }

    @Test
    void theWhileBeginsAnewWhenThereIsLessThanPlenty() {
        overflow.takes(Room.NOT_ANY, 0);
        overflow.takes(Room.PLENTY, 1);
        overflow.takes(Room.SOME, WHILE);
        assertThat(overflow.takes(Room.PLENTY, WHILE + 1)).isFalse();
        assertThat(overflow.takes(Room.PLENTY, 2 * WHILE)).isFalse();
        assertThat(overflow.takes(Room.PLENTY, 2 * WHILE + 1)).isTrue();
    }

    /// A pool at its limit, which has room now and then: it changes at most once in each while.
    @Test
    void doesNotFlap() {
        SplittableRandom random = new SplittableRandom(7);
        int changes = 0;
        boolean before = true;
        for (int step = 0; step < 10_000; step++) {
            Room room = random.nextInt(100) == 0 ? Room.NOT_ANY : random.nextInt(100) == 0 ? Room.SOME : Room.PLENTY;
            boolean takes = overflow.takes(room, step * WHILE / 100);
            changes += takes == before ? 0 : 1;
            before = takes;
        }
        assertThat(changes).isBetween(1, 2 * 100);
    }
}
