package dev.sluice.picker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final Ledger.Prefill NO_PREFILL = Ledger.Prefill.of(0, 0);
    private final Ledger ledger = new Ledger();

    @Test
    void sumsBatchAndContextOverTime() {
        ledger.placed(0, NO_PREFILL);
        Ledger.Entry first = ledger.firstToken(10, 1_000, Ledger.Prefill.of(800, 300));
        ledger.placed(20, NO_PREFILL);
        ledger.firstToken(30, 500, Ledger.Prefill.of(400, 0));
        Ledger.Entry last = ledger.ended(50, 1_000);

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
        Ledger.Entry placed = ledger.placedSilent(5, 700, Ledger.Prefill.of(600, 0));
        Ledger.Entry ended = ledger.ended(15, 700);
        assertThat(placed.prefilling()).isZero();
        assertThat(ended.decodingNanos() - placed.decodingNanos()).isEqualTo(10);
        assertThat(ended.contextTokens()).isZero();
        assertThat(ended.prefillTokens()).isEqualTo(600);
    }

    @Test
    void whatWentAwayBeforeItsFirstTokenLeavesNothing() {
        ledger.placed(0, NO_PREFILL);
        Ledger.Entry gone = ledger.withdrawn(7, NO_PREFILL);
        assertThat(gone.prefilling()).isZero();
        assertThat(gone.decodingNanos()).isZero();
        assertThat(gone.prefillTokens()).isZero();
    }

    @Test
    void timeDoesNotRunBackWhenThreadsComeInAnotherOrder() {
        ledger.placed(10, NO_PREFILL);
        ledger.firstToken(20, 100, Ledger.Prefill.of(1, 0));
        Ledger.Entry late = ledger.placed(15, NO_PREFILL);
        assertThat(late.atNanos()).isEqualTo(20);
        assertThat(ledger.ended(30, 100).decodingNanos()).isEqualTo(10);
    }

    @Test
    void losesNothingWhenManyThreadsWrite() throws InterruptedException {
        Thread[] threads = IntStream.range(0, 4)
                .mapToObj(_ -> Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 10_000; i++) {
                        ledger.placed(i, NO_PREFILL);
                        ledger.firstToken(i, 3, Ledger.Prefill.of(2, 0));
                        ledger.ended(i, 3);
                    }
                }))
                .toArray(Thread[]::new);
        for (Thread thread : threads) {
            thread.join();
        }
        Ledger.Entry last = ledger.placed(1_000_000, NO_PREFILL);
        assertThat(last.placements()).isEqualTo(40_001);
        assertThat(last.prefilling()).isEqualTo(1);
        assertThat(last.decoding()).isZero();
        assertThat(last.contextTokens()).isZero();
        assertThat(last.prefillTokens()).isEqualTo(80_000);
    }
}
