package dev.sluice.picker.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.time.Timer;
import dev.sluice.process.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A fault of one deadline is counted, and keeps no later one from coming.
class TimersTest {
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final Supervisor supervisor = new Supervisor(faults::add);

    private void goesOn(Timer timer, String loop) throws InterruptedException {
        CountDownLatch later = new CountDownLatch(1);
        timer.after(Duration.ofMillis(1), () -> {
            throw new StackOverflowError("one deadline");
        });
        timer.after(Duration.ofMillis(300), later::countDown);
        assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(faults).containsExactly(loop);
    }

    @Test
    void deadlinesOfRequests() throws InterruptedException {
        try (WheelTimer timer = new WheelTimer(supervisor)) {
            goesOn(timer, "deadlines");
        }
    }

    @Test
    void deadlinesInMilliseconds() throws InterruptedException {
        try (PreciseTimer timer = new PreciseTimer(supervisor)) {
            goesOn(timer, "precise-deadlines");
        }
    }
}
