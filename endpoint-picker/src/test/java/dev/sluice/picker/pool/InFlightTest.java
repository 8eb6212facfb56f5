package dev.sluice.picker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InFlightTest {
    private final InFlight inFlight = new InFlight();

    @Test
    void isIdleAtFirst() {
        assertThat(inFlight.requests()).isZero();
        assertThat(inFlight.prefillBacklogNanos(-1_000)).isZero();
        assertThat(inFlight.prefillBacklogNanos(1_000)).isZero();
        assertThat(inFlight.meanPrefillNanos()).isZero();
    }

    @Test
    void queuesWorkAndDrainsItByTheClock() {
        assertThat(inFlight.place(1_000, 100, 10)).isEqualTo(1_100);
        assertThat(inFlight.place(1_000, 50, 20)).isEqualTo(1_150);
        assertThat(inFlight.requests()).isEqualTo(2);
        assertThat(inFlight.contextTokens()).isEqualTo(30);
        assertThat(inFlight.prefillBacklogNanos(1_000)).isEqualTo(150);
        assertThat(inFlight.prefillBacklogNanos(1_120)).isEqualTo(30);
        assertThat(inFlight.prefillBacklogNanos(1_151)).isZero();
    }

    @Test
    void startsAnewAfterAnIdleTime() {
        inFlight.place(0, 100, 0);
        assertThat(inFlight.place(5_000, 100, 0)).isEqualTo(5_100);
    }

    @Test
    void worksWithANegativeClock() {
        assertThat(inFlight.place(-5_000, 100, 0)).isEqualTo(-4_900);
        assertThat(inFlight.prefillBacklogNanos(-5_000)).isEqualTo(100);
    }

    @Test
    void anEarlyFirstTokenShortensTheBacklog() {
        long first = inFlight.place(0, 100, 0);
        inFlight.place(0, 100, 0);
        inFlight.firstToken(60, first);
        assertThat(inFlight.prefillBacklogNanos(60)).isEqualTo(100);
    }

    @Test
    void aLateFirstTokenLengthensTheBacklog() {
        long first = inFlight.place(0, 100, 0);
        inFlight.place(0, 100, 0);
        inFlight.firstToken(150, first);
        assertThat(inFlight.prefillBacklogNanos(150)).isEqualTo(100);
    }

    @Test
    void oneDelayThatManyQueuedRequestsReportCountsOnce() {
        long[] predicted = new long[10];
        for (int i = 0; i < predicted.length; i++) {
            predicted[i] = inFlight.place(0, 100, 0);
        }
        for (long done : predicted) {
            inFlight.firstToken(done + 500, done);
        }
        assertThat(inFlight.prefillBacklogNanos(1_500)).isZero();
        inFlight.place(1_500, 100, 0);
        assertThat(inFlight.prefillBacklogNanos(1_500)).isEqualTo(100);
    }

    @Test
    void theLastFirstTokenLeavesNoBacklog() {
        long done = inFlight.place(0, 100, 0);
        inFlight.firstToken(30, done);
        assertThat(inFlight.prefillBacklogNanos(30)).isZero();
    }

    @Test
    void withdrawnWorkIsNotDone() {
        inFlight.place(0, 100, 7);
        inFlight.place(0, 40, 5);
        inFlight.withdraw(10, 100);
        inFlight.release(7);
        assertThat(inFlight.prefillBacklogNanos(10)).isEqualTo(30);
        assertThat(inFlight.requests()).isEqualTo(1);
        assertThat(inFlight.contextTokens()).isEqualTo(5);
        inFlight.withdraw(20, 1_000);
        assertThat(inFlight.prefillBacklogNanos(20)).isZero();
    }

    @Test
    void theMeanFollowsTheWork() {
        inFlight.place(0, 800, 0);
        assertThat(inFlight.meanPrefillNanos()).isEqualTo(800);
        for (int i = 0; i < 100; i++) {
            inFlight.place(0, 80, 0);
        }
        assertThat(inFlight.meanPrefillNanos()).isBetween(80L, 90L);
    }

    @Test
    void everyRequestIsCountedWhateverThreadsPlaceIt() throws InterruptedException {
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = Thread.ofPlatform().start(() -> {
                for (int n = 0; n < 10_000; n++) {
                    inFlight.place(0, 3, 2);
                    if (n % 2 == 0) {
                        inFlight.release(2);
                    }
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(inFlight.requests()).isEqualTo(20_000);
        assertThat(inFlight.contextTokens()).isEqualTo(40_000);
        assertThat(inFlight.prefillBacklogNanos(0)).isEqualTo(120_000);
    }

    @Test
    void aBacklogIsAsLongAsWaitsHaveBeenOfLate() {
        inFlight.place(0, 1_000, 0);
        assertThat(inFlight.likelyBacklogNanos(0)).isEqualTo(1_000);
        for (int i = 0; i < 50; i++) {
            inFlight.waited(10, 1_000);
        }
        assertThat(inFlight.likelyBacklogNanos(0)).isBetween(10L, 15L);
        assertThat(inFlight.prefillBacklogNanos(0)).isEqualTo(1_000);
    }

    @Test
    void waitsThatWereLongerThanExpectedAreTheLagsBusiness() {
        inFlight.place(0, 1_000, 0);
        inFlight.waited(5_000, 1_000);
        inFlight.waited(7, 0);
        assertThat(inFlight.likelyBacklogNanos(0)).isEqualTo(1_000);
    }

    @Test
    void engineThatComputesPromptsSideBySideHasNoQueue() {
        InFlight sideBySide = new InFlight();
        InFlight inTurn = new InFlight();
        assertThat(sideBySide.queueShare()).isEqualTo(1);
        for (int i = 0; i < 40; i++) {
            sideBySide.queued(110 + i % 20, 500, 120);
            inTurn.queued(490 + i % 20, 500, 120);
        }
        assertThat(sideBySide.queueShare()).isLessThan(0.1);
        assertThat(inTurn.queueShare()).isEqualTo(1);
    }
}
