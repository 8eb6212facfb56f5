package dev.sluice.picker.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.process.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DebouncerTest {
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final Supervisor supervisor = new Supervisor(faults::add);

    @Test
    void aBurstOfChangesLeadsToFewRunsAndToOneAfterTheLast() throws InterruptedException {
        AtomicInteger changes = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        AtomicInteger runs = new AtomicInteger();
        try (Debouncer coalescer = new Debouncer(Duration.ofMillis(50), supervisor, () -> {
            runs.incrementAndGet();
            seen.set(changes.get());
        })) {
            for (int i = 0; i < 500; i++) {
                changes.incrementAndGet();
                coalescer.changed();
                if (i % 5 == 0) {
                    Thread.sleep(1);
                }
            }
            await().atMost(Duration.ofSeconds(5)).until(() -> seen.get() == 500);
        }
        assertThat(runs.get()).isBetween(2, 50);
    }

    @Test
    void aFailureIsNotTheLastRun() {
        AtomicInteger runs = new AtomicInteger();
        try (Debouncer coalescer = new Debouncer(Duration.ofMillis(1), supervisor, () -> {
            if (runs.incrementAndGet() == 1) {
                throw new IllegalStateException("the first time");
            }
        })) {
            coalescer.changed();
            await().atMost(Duration.ofSeconds(5)).until(() -> runs.get() == 1);
            coalescer.changed();
            await().atMost(Duration.ofSeconds(5)).until(() -> runs.get() == 2);
        }
        assertThat(faults).containsExactly("publication");
    }

    @Test
    void aFailureIsTriedAgainWithoutAChange() {
        AtomicInteger runs = new AtomicInteger();
        try (Debouncer coalescer = new Debouncer(Duration.ofMillis(1), supervisor, () -> {
            if (runs.incrementAndGet() == 1) {
                throw new StackOverflowError("the first time");
            }
        })) {
            coalescer.changed();
            await().atMost(Duration.ofSeconds(10)).until(() -> runs.get() == 2);
        }
        assertThat(faults).containsExactly("publication");
    }
}
