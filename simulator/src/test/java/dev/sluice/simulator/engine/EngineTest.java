package dev.sluice.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EngineTest {
    private static final EngineConfig H100 = EngineConfig.of(Profile.H100_8B);
    private static final double OVERHEAD = 3;

    @Test
    void lonePrefillTakesTheMeasuredTimePlusOverhead() {
        VirtualRun run = new VirtualRun(H100);
        Sequence sequence = run.submit(2_048, 1, VirtualRun.distinct(1));
        run.toEnd();
        // Measured: 43.5 ms; the fit gives 43.0.
        assertThat(run.nowMillis()).isCloseTo(42.97 + OVERHEAD, within(0.01));
        assertThat(sequence.state()).isEqualTo(Sequence.State.FINISHED);
        assertThat(sequence.firstTokenAt()).isEqualTo(run.now);
    }

    @Test
    void longPromptIsComputedInChunksThatTogetherCostWhatTheFitSays() {
        VirtualRun run = new VirtualRun(H100);
        run.submit(16_384, 1, VirtualRun.distinct(1));
        run.toEnd();
        assertThat(run.steps).hasSize(2);
        double chunks = Profile.H100_8B.fit().chunkMillis(0, 16_384);
        assertThat(run.nowMillis()).isCloseTo(chunks + 2 * (3.53 + OVERHEAD), within(0.01));
    }

    @Test
    void decodeStepOfABatchFollowsItsLine() {
        VirtualRun run = new VirtualRun(H100);
        for (int i = 0; i < 64; i++) {
            run.submit(100, 3, VirtualRun.distinct(i));
        }
        run.toEnd();
        assertThat(run.steps).hasSize(3);
        double decode = Profile.H100_8B.fit().decodeMillis(64, 64 * 101);
        assertThat(run.steps.get(1).kernelNanos() / 1e6).isCloseTo(decode, within(0.001));
        assertThat(run.steps.get(1).tokens()).isEqualTo(64);
    }

    @Test
    void severalPromptsShareAStepUpToItsBudget() {
        VirtualRun run = new VirtualRun(H100.withMaxNumBatchedTokens(1_000));
        for (int i = 0; i < 4; i++) {
            run.submit(400, 1, VirtualRun.distinct(i));
        }
        run.toEnd();
        assertThat(run.steps.stream().map(EngineAction.Step::tokens)).containsExactly(1_000, 600);
    }

    @Test
    void runningSequencesDecodeWhileALongPromptIsComputed() {
        VirtualRun run = new VirtualRun(H100.withMaxNumBatchedTokens(512));
        Sequence first = run.submit(16, 50, VirtualRun.distinct(1));
        run.turn();
        Sequence second = run.submit(2_000, 1, VirtualRun.distinct(2));
        while (second.state() != Sequence.State.FINISHED) {
            int before = first.generated();
            run.turn();
            assertThat(first.generated()).isEqualTo(before + 1);
        }
        assertThat(run.steps.get(1).tokens()).isEqualTo(512);
    }

    @Test
    void cachedPrefixShortensThePrefill() {
        VirtualRun run = new VirtualRun(H100);
        run.submit(2_048, 1, VirtualRun.sharing(7, 100, 1));
        run.toEnd();
        long before = run.now;
        Sequence second = run.submit(2_048, 1, VirtualRun.sharing(7, 100, 2));
        run.toEnd();
        assertThat(second.cachedTokens()).isEqualTo(1_600);
        double expected = Profile.H100_8B.fit().prefillMillis(2_048, 1_600) + OVERHEAD;
        assertThat((run.now - before) / 1e6).isCloseTo(expected, within(0.01));
        assertThat(run.engine.stats().prefixCache().hits()).isEqualTo(1_600);
        assertThat(run.engine.stats().prefixCache().queries()).isEqualTo(4_096);
    }

    @Test
    void equalPromptLeavesItsLastBlockToCompute() {
        VirtualRun run = new VirtualRun(H100);
        run.submit(160, 1, VirtualRun.distinct(1));
        run.toEnd();
        Sequence again = run.submit(160, 1, VirtualRun.distinct(1));
        run.toEnd();
        assertThat(again.cachedTokens()).isEqualTo(144);
    }

    @Test
    void resetForgetsAllPrefixes() {
        VirtualRun run = new VirtualRun(H100);
        run.submit(160, 1, VirtualRun.distinct(1));
        run.toEnd();
        run.engine.resetPrefixCache();
        Sequence again = run.submit(160, 1, VirtualRun.distinct(1));
        run.toEnd();
        assertThat(again.cachedTokens()).isZero();
    }

    @Test
    void leastRecentlyUsedPrefixIsEvictedFirst() {
        VirtualRun run = new VirtualRun(H100.withKvBlocks(30));
        run.submit(160, 1, VirtualRun.distinct(1));
        run.toEnd();
        run.submit(160, 1, VirtualRun.distinct(2));
        run.toEnd();
        run.submit(160, 1, VirtualRun.distinct(1));
        run.toEnd();
        // Takes what was never used and then the blocks of prompt 2.
        run.submit(300, 1, VirtualRun.distinct(3));
        run.toEnd();
        Sequence kept = run.submit(160, 1, VirtualRun.distinct(1));
        run.toEnd();
        Sequence evicted = run.submit(160, 1, VirtualRun.distinct(2));
        run.toEnd();
        assertThat(kept.cachedTokens()).isEqualTo(144);
        assertThat(evicted.cachedTokens()).isLessThan(144);
    }

    @Test
    void overflowPreemptsTheYoungestAndAllStillFinish() {
        VirtualRun run = new VirtualRun(H100.withKvBlocks(20));
        List<Sequence> sequences = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            sequences.add(run.submit(64, 100, VirtualRun.distinct(i)));
        }
        run.toEnd();
        assertThat(run.engine.stats().preemptions()).isPositive();
        assertThat(sequences).allSatisfy(sequence -> {
            assertThat(sequence.state()).isEqualTo(Sequence.State.FINISHED);
            assertThat(sequence.generated()).isEqualTo(100);
        });
        assertThat(sequences.getFirst().preemptions()).isZero();
        assertThat(sequences.getLast().preemptions()).isPositive();
        assertThat(run.engine.stats().blocks().free()).isEqualTo(20);
    }

    @Test
    void noMoreThanMaxNumSeqsRun() {
        VirtualRun run = new VirtualRun(H100.withMaxNumSeqs(2));
        for (int i = 0; i < 5; i++) {
            run.submit(16, 4, VirtualRun.distinct(i));
        }
        run.turn();
        assertThat(run.engine.stats().running()).isEqualTo(2);
        assertThat(run.engine.stats().waiting()).isEqualTo(3);
    }

    @Test
    void embeddingEndsWithItsPrefill() {
        VirtualRun run = new VirtualRun(H100);
        Sequence sequence = run.submit(100, 0, VirtualRun.distinct(1));
        run.toEnd();
        assertThat(sequence.state()).isEqualTo(Sequence.State.FINISHED);
        assertThat(sequence.generated()).isZero();
        assertThat(run.steps).hasSize(1);
    }

    @Test
    void abortInTheMiddleOfAStepFreesItsBlocksAtOnce() {
        VirtualRun run = new VirtualRun(H100);
        Sequence sequence = run.submit(1_000, 10, VirtualRun.distinct(1));
        run.engine.begin(0);
        assertThat(run.engine.stats().blocks().free()).isLessThan(H100.kvBlocks());
        assertThat(run.engine.abort(sequence, 1)).isTrue();
        assertThat(run.engine.stats().blocks().free()).isEqualTo(H100.kvBlocks());
        assertThat(run.engine.finish(2)).isEmpty();
        assertThat(run.engine.abort(sequence, 3)).isFalse();
        assertThat(run.engine.begin(4)).isEqualTo(new EngineAction.Idle());
    }

    @Test
    void refusesWhatCouldNeverFinish() {
        Engine engine = new Engine(H100.withKvBlocks(10));
        assertThatThrownBy(() -> engine.submit(new Sequence(null, 100, 61, VirtualRun.distinct(1)), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("160");
    }

    @Test
    void adapterIsLoadedFirstAndOthersGoOnMeanwhile() {
        VirtualRun run = new VirtualRun(H100);
        Sequence cold = run.submit("sql", 16, 1, VirtualRun.distinct(1));
        Sequence base = run.submit(16, 1, VirtualRun.distinct(2));
        run.toEnd();
        assertThat(base.firstTokenAt()).isLessThan(Duration.ofMillis(20).toNanos());
        assertThat(cold.scheduledAt()).isEqualTo(Duration.ofMillis(1_500).toNanos());

        run.engine.preload("law");
        long before = run.now;
        Sequence swapped = run.submit("law", 16, 1, VirtualRun.distinct(3));
        Sequence warm = run.submit("sql", 16, 1, VirtualRun.distinct(4));
        run.toEnd();
        assertThat(warm.scheduledAt()).isEqualTo(before);
        assertThat(swapped.scheduledAt() - before)
                .isGreaterThanOrEqualTo(Duration.ofMillis(20).toNanos());
    }

    @Test
    void resetTakesIdleAdaptersOffTheGpuButNotOutOfHostMemory() {
        VirtualRun run = new VirtualRun(H100);
        run.submit("sql", 16, 1, VirtualRun.distinct(1));
        run.toEnd();
        run.engine.reset();
        long before = run.now;
        Sequence again = run.submit("sql", 16, 1, VirtualRun.distinct(2));
        run.toEnd();
        assertThat(again.scheduledAt() - before).isEqualTo(Duration.ofMillis(20).toNanos());
    }

    @Test
    void adapterWaitsForASlotUntilNoRunningSequenceNeedsIt() {
        VirtualRun run =
                new VirtualRun(H100.withLora(new LoraConfig(1, 4, Duration.ofMillis(20), Duration.ofMillis(20), 1.1)));
        Sequence first = run.submit("a", 16, 30, VirtualRun.distinct(1));
        run.turn();
        run.turn();
        Sequence second = run.submit("b", 16, 1, VirtualRun.distinct(2));
        run.turn();
        assertThat(run.engine.runningAdapters()).containsExactly("a");
        assertThat(run.engine.waitingAdapters()).containsExactly("b");
        run.toEnd();
        assertThat(second.scheduledAt() - first.lastTokenAt())
                .isEqualTo(Duration.ofMillis(20).toNanos());
    }

    @Test
    void adapterSlowsTheDecodeOfItsBatch() {
        VirtualRun run = new VirtualRun(H100.withLora(new LoraConfig(1, 1, Duration.ZERO, Duration.ZERO, 1.5)));
        run.submit("a", 16, 2, VirtualRun.distinct(1));
        run.toEnd();
        double plain = Profile.H100_8B.fit().decodeMillis(1, 17);
        assertThat(run.steps.getLast().kernelNanos() / 1e6).isCloseTo(1.5 * plain, within(0.001));
    }
}
