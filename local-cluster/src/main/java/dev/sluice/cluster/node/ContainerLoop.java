package dev.sluice.cluster.node;

import dev.sluice.cluster.node.probe.PreStop;
import dev.sluice.cluster.node.probe.Probes;
import dev.sluice.cluster.node.spec.StartFailure;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateTerminatedBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of one container of a pod: started, probed, restarted after it ended, and ended with the pod.
final class ContainerLoop {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerLoop.class);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final Container container;
    private final ContainerStarter starter;
    private final PodEnd podEnd;
    private final Predicate<Integer> restarts;
    private final Duration grace;
    private final ContainerReport report;
    private final Backoff backoff = new Backoff();
    private volatile @Nullable RunningContainer running;

    /// @param restarts whether a container that ended with that status is started again
    /// @param grace how long it may take to end when it is unhealthy
    ContainerLoop(
            Container container,
            ContainerStarter starter,
            PodEnd podEnd,
            Predicate<Integer> restarts,
            Duration grace,
            ContainerReport report) {
        this.container = container;
        this.starter = starter;
        this.podEnd = podEnd;
        this.restarts = restarts;
        this.grace = grace;
        this.report = report;
    }

    /// Returns when the container has ended for good.
    ///
    /// @return whether it did what it was for: ended with 0
    boolean run() throws InterruptedException {
        while (!podEnd.isAsked()) {
            Optional<RunningContainer> started = start();
            if (started.isEmpty()) {
                podEnd.await(RETRY);
                continue;
            }
            Instant begin = Instant.now();
            int exit = live(started.get(), begin);
            ContainerStateTerminated end = terminated(begin, exit);
            boolean again = !podEnd.isAsked() && restarts.test(exit);
            report.ended(end, !again);
            if (!again) {
                return exit == 0;
            }
            Duration wait = backoff.after(Duration.between(begin, Instant.now()));
            report.waiting(
                    "CrashLoopBackOff",
                    "back-off %s restarting failed container=%s".formatted(wait, container.getName()));
            podEnd.await(wait);
        }
        return false;
    }

    /// Ends the container without further ado.
    void kill() {
        RunningContainer now = running;
        if (now != null) {
            now.kill();
        }
    }

    private Optional<RunningContainer> start() throws InterruptedException {
        try {
            return Optional.of(starter.start(container));
        } catch (StartFailure failure) {
            report.waiting(failure.reason(), failure.getMessage());
        } catch (IOException | KubernetesClientException failed) {
            LOG.atDebug()
                    .addKeyValue("container", container.getName())
                    .setCause(failed)
                    .log("cannot start");
            report.waiting("RunContainerError", failed.toString());
        }
        return Optional.empty();
    }

    /// From start to end.
    private int live(RunningContainer started, Instant begin) throws InterruptedException {
        running = started;
        CompletableFuture<String> unhealthy = new CompletableFuture<>();
        report.running(started.id(), begin);
        try (Probes probes = new Probes(container, starter.sandbox().address(), listener(unhealthy))) {
            probes.start();
            CompletableFuture<Object> first = CompletableFuture.anyOf(started.exit(), unhealthy, podEnd.asked());
            first.get();
            if (!started.exit().isDone()) {
                end(started, podEnd.isAsked() ? podEnd.grace() : grace);
            }
            return started.exit().get();
        } catch (StartFailure noProbe) {
            report.waiting(noProbe.reason(), noProbe.getMessage());
            started.kill();
            return 128;
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed);
        } finally {
            running = null;
        }
    }

    private Probes.Listener listener(CompletableFuture<String> unhealthy) {
        return new Probes.Listener() {
            @Override
            public void started() {
                report.started();
            }

            @Override
            public void ready(boolean ready) {
                report.ready(ready);
            }

            @Override
            public void unhealthy(String which) {
                LOG.atInfo()
                        .addKeyValue(
                                "pod", starter.sandbox().pod().getMetadata().getName())
                        .addKeyValue("container", container.getName())
                        .addKeyValue("probe", which)
                        .log("a probe failed, the container is restarted");
                unhealthy.complete(which);
            }
        };
    }

    private void end(RunningContainer started, Duration allowed) throws InterruptedException {
        long deadline = System.nanoTime() + allowed.toNanos();
        PreStop.run(container, starter.sandbox().address(), allowed);
        started.terminate();
        try {
            var _ = started.exit().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            started.kill();
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static ContainerStateTerminated terminated(Instant begin, int exit) {
        return new ContainerStateTerminatedBuilder()
                .withExitCode(exit)
                .withReason(exit == 0 ? "Completed" : "Error")
                .withStartedAt(begin.toString())
                .withFinishedAt(Instant.now().toString())
                .build();
    }
}
