package dev.sluice.operator.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DebouncerTest {

    private static final Duration DELAY = Duration.ofMillis(20);

    private final Semaphore runs = new Semaphore(0);

    @Test
    void oneRunAnswersACrowdOfRequests() throws InterruptedException {
        try (Debouncer debouncer = new Debouncer("test", DELAY, runs::release)) {
            for (int i = 0; i < 1000; i++) {
                debouncer.request();
            }
            assertThat(runs.tryAcquire(5, TimeUnit.SECONDS)).isTrue();
            assertThat(runs.tryAcquire(10, DELAY.toMillis() * 5, TimeUnit.MILLISECONDS))
                    .isFalse();
        }
    }

    @Test
    void aRequestDuringARunIsNotLost() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Runnable task = () -> {
            running.countDown();
            try {
                goOn.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            runs.release();
        };
        try (Debouncer debouncer = new Debouncer("test", DELAY, task)) {
            debouncer.request();
            running.await();
            debouncer.request();
            goOn.countDown();
            assertThat(runs.tryAcquire(2, 5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aFaultDoesNotEndIt() throws InterruptedException {
        AtomicInteger count = new AtomicInteger();
        Runnable task = () -> {
            if (count.getAndIncrement() == 0) {
                throw new IllegalStateException("the first run fails");
            }
            runs.release();
        };
        try (Debouncer debouncer = new Debouncer("test", DELAY, task)) {
            debouncer.request();
            debouncer.requestAfter(DELAY.multipliedBy(3));
            assertThat(runs.tryAcquire(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void requestsAfterTheEndAreIgnored() {
        Debouncer debouncer = new Debouncer("test", DELAY, runs::release);
        debouncer.close();
        debouncer.request();
        assertThat(runs.availablePermits()).isZero();
    }
}
