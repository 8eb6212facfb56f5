package dev.sluice.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ParallelPrefillEngineTest {
    private static final Offset<Double> ROUNDING = within(0.001);
    /// 4 ms and 0.2 ms per uncached token, and 8 ms per token of the answer.
    private static final Fit FIT = new Fit(4, 0.2, 0, 8, 0, 0);

    private final ParallelPrefillEngine engine = engine(4, 1_000);
    private long now;

    @Test
    void aLoneRequestTakesItsPrefillAndItsTokens() {
        Sequence lone = submit(engine, 100, 3, 1);
        toEnd(engine);

        assertThat(lone.firstTokenAt() / 1e6).isCloseTo(24, ROUNDING);
        assertThat(lone.lastTokenAt() / 1e6).isCloseTo(24 + 2 * 8, ROUNDING);
        assertThat(lone.state()).isEqualTo(Sequence.State.FINISHED);
        assertThat(engine.nextAt()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void promptsDoNotWaitForOneAnotherAndTakeTheLongerTheMoreThereAre() {
        Sequence first = submit(engine, 1_000, 1, 1);
        Sequence second = submit(engine, 100, 1, 2);
        toEnd(engine);

        assertThat(first.firstTokenAt() / 1e6).isCloseTo(204, ROUNDING);
        // With one other of three: 1 + 3 · 1/3.
        assertThat(second.firstTokenAt() / 1e6).isCloseTo(2 * 24, ROUNDING);
    }

    @Test
    void allSlotsTakenMakeEverythingFourTimesAsSlow() {
        for (int i = 0; i < 3; i++) {
            submit(engine, 1_000, 1, i);
        }
        Sequence last = submit(engine, 100, 1, 9);
        toEnd(engine);

        assertThat(last.firstTokenAt() / 1e6).isCloseTo(4 * 24, ROUNDING);
    }

    @Test
    void requestsWithoutASlotWaitInTheOrderOfArrival() {
        ParallelPrefillEngine single = engine(1, 1_000);
        List<Sequence> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(submit(single, 100, 2, i));
        }
        assertThat(single.stats().running()).isEqualTo(1);
        assertThat(single.stats().waiting()).isEqualTo(2);
        toEnd(single);

        for (int i = 0; i < 3; i++) {
            assertThat(all.get(i).firstTokenAt() / 1e6).isCloseTo(i * 32 + 24, ROUNDING);
        }
    }

    @Test
    void whoFindsNoBlocksWaitsUntilTheyAreFree() {
        ParallelPrefillEngine small = engine(4, 10);
        Sequence first = submit(small, 100, 4, 1);
        Sequence second = submit(small, 100, 4, 2);
        assertThat(small.stats().waiting()).isEqualTo(1);
        toEnd(small);

        assertThat(second.scheduledAt()).isEqualTo(first.lastTokenAt());
        assertThat(small.stats().blocks().free()).isEqualTo(10);
    }

    @Test
    void whatIsCachedIsNotComputed() {
        submit(engine, 160, 1, 1);
        toEnd(engine);
        Sequence again = submit(engine, 160, 1, 1);
        long begin = now;
        toEnd(engine);

        assertThat(again.cachedTokens()).isEqualTo(144);
        assertThat((again.firstTokenAt() - begin) / 1e6).isCloseTo(4 + 0.2 * 16, ROUNDING);
    }

    @Test
    void whatIsLongerThanTheContextIsNotTaken() {
        assertThatThrownBy(() -> submit(engine(4, 10), 200, 1, 1)).hasMessageContaining("exceed 160");
    }

    private static ParallelPrefillEngine engine(int slots, int blocks) {
        Profile profile = new Profile("test", Accelerator.L4, 1, FIT, blocks);
        return new ParallelPrefillEngine(EngineConfig.of(profile).withMaxNumSeqs(slots), () -> 1);
    }

    private Sequence submit(ParallelPrefillEngine to, int promptTokens, int outputTokens, long seed) {
        Sequence sequence = new Sequence(null, promptTokens, outputTokens, VirtualRun.distinct(seed));
        to.submit(sequence, now);
        return sequence;
    }

    private void toEnd(ParallelPrefillEngine which) {
        while (which.nextAt() != Long.MAX_VALUE) {
            now = which.nextAt();
            which.advance(now);
        }
    }
}
