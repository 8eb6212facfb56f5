package dev.sluice.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.simulator.engine.BlockHashes;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptTest {
    private static final Segment SYSTEM = new Segment(1, 1_000);

    private final Prompt one = new Prompt(List.of(SYSTEM, new Segment(2, 500)));
    private final Prompt other = new Prompt(List.of(SYSTEM, new Segment(3, 500)));

    @Test
    void sharesExactlyTheBlocksThatTheSharedSegmentFills() {
        // 1,000 tokens fill 62 blocks of 16; the 63rd ends in the second segment.
        assertThat(sharedBlocks(one.blocks(7), other.blocks(8), 93)).isEqualTo(62);

        PromptPrefix left = one.prefix();
        PromptPrefix right = other.prefix();
        int shared = 0;
        while (left.key(shared, 0) == right.key(shared, 0)) {
            shared++;
        }
        assertThat(shared).isEqualTo((int) (SYSTEM.bytes() / PromptPrefix.BLOCK_BYTES));
        assertThat(left.head()).isEqualTo(right.head());
        assertThat(left.contentBytes()).isEqualTo(one.bytes());
    }

    @Test
    void theNextTurnOfASessionFindsThePromptAndTheAnswerBeforeIt() {
        long answer = 99;
        Prompt next = new Prompt(List.of(SYSTEM, new Segment(2, 500), new Segment(answer, 200), new Segment(5, 40)));

        // 1,700 tokens fill 106 blocks.
        assertThat(sharedBlocks(one.blocks(answer), next.blocks(100), 108)).isEqualTo(106);
    }

    @Test
    void equalPromptsAreEqualUpToTheAnswer() {
        Prompt again = new Prompt(List.of(SYSTEM, new Segment(2, 500)));

        // 1,500 tokens fill 93 blocks; the answer is another one.
        assertThat(sharedBlocks(one.blocks(7), again.blocks(8), 100)).isEqualTo(93);
        assertThat(again.prefix()).isEqualTo(one.prefix());
    }

    private static int sharedBlocks(BlockHashes left, BlockHashes right, int limit) {
        int shared = 0;
        while (shared < limit && left.hash(shared) == right.hash(shared)) {
            shared++;
        }
        return shared;
    }
}
