package dev.sluice.cluster.node.probe;

import dev.sluice.cluster.node.spec.StartFailure;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// The probes of one running container, until they are closed.
///
/// Periods and thresholds are the manifest's, but for one thing: what has never answered yet is asked at least every
/// 500 ms, as nobody learns anything from waiting longer for a start.
public final class Probes implements AutoCloseable {
    /// The listener is told.
    public interface Listener {
        void started();

        void ready(boolean ready);

        void unhealthy(String which);
    }

    private static final Duration EAGER = Duration.ofMillis(500);

    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final Listener listener;
    private final @Nullable Question startup;
    private final @Nullable Question readiness;
    private final @Nullable Question liveness;

    /// A probe with what it asks.
    private record Question(Probe probe, ProbeCheck check) {
        static @Nullable Question of(@Nullable Probe probe, Container container, String address) throws StartFailure {
            return probe == null ? null : new Question(probe, ProbeCheck.of(probe, container, address));
        }

        Duration delay() {
            return Duration.ofSeconds(Objects.requireNonNullElse(probe.getInitialDelaySeconds(), 0));
        }

        Duration period() {
            return Duration.ofSeconds(Objects.requireNonNullElse(probe.getPeriodSeconds(), 10));
        }

        int failures() {
            return Objects.requireNonNullElse(probe.getFailureThreshold(), 3);
        }

        int successes() {
            return Objects.requireNonNullElse(probe.getSuccessThreshold(), 1);
        }

        boolean succeeds() throws InterruptedException {
            try {
                return check.succeeds();
            } catch (InterruptedException interrupted) {
                throw interrupted;
            } catch (Exception failed) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                return false;
            }
        }
    }

    public Probes(Container container, String address, Listener listener) throws StartFailure {
        this.listener = listener;
        this.startup = Question.of(container.getStartupProbe(), container, address);
        this.readiness = Question.of(container.getReadinessProbe(), container, address);
        this.liveness = Question.of(container.getLivenessProbe(), container, address);
    }

    public void start() {
        if (startup == null) {
            whenStarted();
        } else {
            Question question = startup;
            run(() -> awaitStart(question));
        }
    }

    private interface Loop {
        void run() throws InterruptedException;
    }

    private void run(Loop loop) {
        threads.add(Thread.ofVirtual().start(() -> {
            try {
                loop.run();
            } catch (InterruptedException closed) {
                // The container has ended.
            }
        }));
    }

    private void whenStarted() {
        listener.started();
        if (liveness != null) {
            Question question = liveness;
            run(() -> watchHealth(question));
        }
        if (readiness == null) {
            listener.ready(true);
        } else {
            Question question = readiness;
            run(() -> watchReadiness(question));
        }
    }

    private void awaitStart(Question question) throws InterruptedException {
        Thread.sleep(question.delay());
        long limit = System.nanoTime()
                + question.period().multipliedBy(question.failures()).toNanos();
        while (!question.succeeds()) {
            if (System.nanoTime() > limit) {
                listener.unhealthy("startup");
                return;
            }
            Thread.sleep(eager(question));
        }
        whenStarted();
    }

    private void watchHealth(Question question) throws InterruptedException {
        Thread.sleep(question.delay());
        int failures = 0;
        while (true) {
            failures = question.succeeds() ? 0 : failures + 1;
            if (failures == question.failures()) {
                listener.unhealthy("liveness");
                return;
            }
            Thread.sleep(question.period());
        }
    }

    private void watchReadiness(Question question) throws InterruptedException {
        Thread.sleep(question.delay());
        int successes = 0;
        int failures = 0;
        boolean answered = false;
        while (true) {
            if (question.succeeds()) {
                answered = true;
                failures = 0;
                if (++successes == question.successes()) {
                    listener.ready(true);
                }
            } else {
                successes = 0;
                if (++failures == question.failures()) {
                    listener.ready(false);
                }
            }
            Thread.sleep(answered ? question.period() : eager(question));
        }
    }

    private static Duration eager(Question question) {
        return question.period().compareTo(EAGER) < 0 ? question.period() : EAGER;
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
