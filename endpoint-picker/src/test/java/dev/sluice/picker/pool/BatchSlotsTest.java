package dev.sluice.picker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BatchSlotsTest {
    private final BatchSlots slots = new BatchSlots();
    private long departures;

    private void page(int running, int waiting, int left) {
        departures += left;
        slots.seen(running, waiting, departures);
    }

    @Test
    void engineThatReplacesEachRequestThatLeavesHasAsManySlotsAsItRuns() {
        for (int i = 0; i < 6; i++) {
            page(8, 3, 1);
        }
        assertThat(slots.slots()).isEqualTo(8);
    }

    @Test
    void nothingIsLearnedWithoutAQueue() {
        for (int i = 0; i < 100; i++) {
            page(8, 0, 1);
        }
        assertThat(slots.slots()).isEqualTo(BatchSlots.UNKNOWN);
        assertThat(slots.mostRunning()).isEqualTo(8);
    }

    @Test
    void requestsThatAreShownAsWaitingForOneStepAreNoQueue() {
        for (int i = 0; i < 100; i++) {
            page(8, i % 2, 1);
        }
        assertThat(slots.slots()).isEqualTo(BatchSlots.UNKNOWN);
    }

    @Test
    void batchThatShrinksWhileRequestsWaitIsNotFull() {
        for (int round = 0; round < 20; round++) {
            for (int running = 9; running > 2; running--) {
                page(running, 4, 1);
            }
        }
        assertThat(slots.slots()).isEqualTo(BatchSlots.UNKNOWN);
    }

    @Test
    void largerBatchContradictsWhatWasLearned() {
        for (int i = 0; i < 6; i++) {
            page(8, 3, 1);
        }
        page(9, 3, 1);
        assertThat(slots.slots()).isEqualTo(BatchSlots.UNKNOWN);
        assertThat(slots.mostRunning()).isEqualTo(9);
    }

    @Test
    void limitIsFoundWhateverItIs() {
        SplittableRandom random = new SplittableRandom(1);
        for (int limit = 1; limit <= 256; limit *= 2) {
            BatchSlots each = new BatchSlots();
            long left = 0;
            for (int i = 0; i < 20; i++) {
                left += 1 + random.nextInt(3);
                each.seen(limit, 1 + random.nextInt(50), left);
            }
            assertThat(each.slots()).isEqualTo(limit);
        }
    }
}
