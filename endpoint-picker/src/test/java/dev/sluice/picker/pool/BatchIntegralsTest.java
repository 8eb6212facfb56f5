package dev.sluice.picker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchIntegralsTest {
    private static final BatchIntegrals.Prefill NO_PREFILL = BatchIntegrals.Prefill.of(0, 0);
    private final BatchIntegrals integrals = new BatchIntegrals();

    @Test
    void sumsBatchAndContextOverTime() {
        integrals.placed(0, NO_PREFILL);
        BatchIntegrals.Entry first = integrals.firstToken(10, 1_000, BatchIntegrals.Prefill.of(800, 300));
        integrals.placed(20, NO_PREFILL);
        integrals.firstToken(30, 500, BatchIntegrals.Prefill.of(400, 0));
        BatchIntegrals.Entry last = integrals.ended(50, 1_000);

        assertThat(last.decodingNanos() - first.decodingNanos()).isEqualTo(20 + 2 * 20);
        assertThat(last.contextNanos() - first.contextNanos()).isEqualTo(20 * 1_000 + 20 * 1_500);
        assertThat(last.prefillTokens() - first.prefillTokens()).isEqualTo(400);
        assertThat(last.prefillSquares() - first.prefillSquares()).isEqualTo(160_000);
        assertThat(first.prefillTokens()).isEqualTo(500);
        assertThat(last.placements()).isEqualTo(2);
        assertThat(last.decoding()).isEqualTo(1);
        assertThat(last.prefilling()).isZero();
    }

    @Test
    void anAnswerThatIsNotStreamedCountsFromItsPlacement() {
        BatchIntegrals.Entry placed = integrals.placedSilent(5, 700, BatchIntegrals.Prefill.of(600, 0));
        BatchIntegrals.Entry ended = integrals.ended(15, 700);
        assertThat(placed.prefilling()).isZero();
        assertThat(ended.decodingNanos() - placed.decodingNanos()).isEqualTo(10);
        assertThat(ended.contextTokens()).isZero();
        assertThat(ended.prefillTokens()).isEqualTo(600);
    }

    @Test
    void whatWentAwayBeforeItsFirstTokenLeavesNothing() {
        integrals.placed(0, NO_PREFILL);
        BatchIntegrals.Entry gone = integrals.withdrawn(7, NO_PREFILL);
        assertThat(gone.prefilling()).isZero();
        assertThat(gone.decodingNanos()).isZero();
        assertThat(gone.prefillTokens()).isZero();
    }

    @Test
    void timeDoesNotRunBackWhenThreadsComeInAnotherOrder() {
        integrals.placed(10, NO_PREFILL);
        integrals.firstToken(20, 100, BatchIntegrals.Prefill.of(1, 0));
        BatchIntegrals.Entry late = integrals.placed(15, NO_PREFILL);
        assertThat(late.atNanos()).isEqualTo(20);
        assertThat(integrals.ended(30, 100).decodingNanos()).isEqualTo(10);
    }

    @Test
    void losesNothingWhenManyThreadsWrite() throws InterruptedException {
        Thread[] threads = IntStream.range(0, 4)
                .mapToObj(_ -> Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 10_000; i++) {
                        integrals.placed(i, NO_PREFILL);
                        integrals.firstToken(i, 3, BatchIntegrals.Prefill.of(2, 0));
                        integrals.ended(i, 3);
                    }
                }))
                .toArray(Thread[]::new);
        for (Thread thread : threads) {
            thread.join();
        }
        BatchIntegrals.Entry last = integrals.placed(1_000_000, NO_PREFILL);
        assertThat(last.placements()).isEqualTo(40_001);
        assertThat(last.prefilling()).isEqualTo(1);
        assertThat(last.decoding()).isZero();
        assertThat(last.contextTokens()).isZero();
        assertThat(last.prefillTokens()).isEqualTo(80_000);
    }
}
