package dev.sluice.operator.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.process.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DebouncerTest {

    private static final Duration DELAY = Duration.ofMillis(20);

    private final Semaphore runs = new Semaphore(0);
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final Supervisor supervisor = new Supervisor(faults::add);

    @Test
    void oneRunAnswersACrowdOfRequests() throws InterruptedException {
        try (Debouncer debouncer = new Debouncer("test", DELAY, supervisor, runs::release)) {
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
        try (Debouncer debouncer = new Debouncer("test", DELAY, supervisor, task)) {
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
        try (Debouncer debouncer = new Debouncer("test", DELAY, supervisor, task)) {
            debouncer.request();
            debouncer.requestAfter(DELAY.multipliedBy(3));
            assertThat(runs.tryAcquire(5, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(faults).containsExactly("test");
    }

    /// A loop that requests itself, as the look at what no event tells, ends for good where nobody runs it again.
    @Test
    void aTaskThatHadAFaultIsRunAgainThoughNobodyRequestsIt() throws InterruptedException {
        AtomicInteger count = new AtomicInteger();
        Runnable task = () -> {
            if (count.getAndIncrement() == 0) {
                throw new StackOverflowError("the first run fails");
            }
            runs.release();
        };
        try (Debouncer debouncer = new Debouncer("test", DELAY, supervisor, task)) {
            debouncer.request();
            assertThat(runs.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(faults).containsExactly("test");
    }

    @Test
    void requestsAfterTheEndAreIgnored() {
        Debouncer debouncer = new Debouncer("test", DELAY, supervisor, runs::release);
        debouncer.close();
        debouncer.request();
        assertThat(runs.availablePermits()).isZero();
    }
}
