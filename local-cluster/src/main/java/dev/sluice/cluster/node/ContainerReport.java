package dev.sluice.cluster.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The report of one container. Each change is passed on at once.
final class ContainerReport {
    private final Container container;
    private final Runnable changed;
    private ContainerState state = new ContainerStateBuilder()
            .withNewWaiting()
            .withReason("ContainerCreating")
            .endWaiting()
            .build();
    private ContainerState last = new ContainerState();
    private boolean hasRun;
    private boolean started;
    private boolean ready;
    private boolean finished;
    private int restarts;
    private @Nullable String id;

    ContainerReport(Container container, Runnable changed) {
        this.container = container;
        this.changed = changed;
    }

    void waiting(String reason, String message) {
        change(() -> state =
                new ContainerStateBuilder().withNewWaiting(message, reason).build());
    }

    /// @param id of what was started
    void running(String id, Instant since) {
        change(() -> {
            this.id = id;
            restarts += hasRun ? 1 : 0;
            hasRun = true;
            state = new ContainerStateBuilder().withNewRunning(since.toString()).build();
        });
    }

    void started() {
        change(() -> started = true);
    }

    void ready(boolean value) {
        change(() -> ready = value);
    }

    /// @param forGood whether it is not started again
    void ended(ContainerStateTerminated end, boolean forGood) {
        change(() -> {
            started = false;
            ready = false;
            finished = forGood;
            state = new ContainerStateBuilder().withTerminated(end).build();
            last = forGood ? last : state;
        });
    }

    private void change(Runnable change) {
        synchronized (this) {
            change.run();
        }
        changed.run();
    }

    /// The container runs, or has run and will again.
    synchronized boolean isUnderWay() {
        return hasRun;
    }

    synchronized boolean isFinished() {
        return finished;
    }

    synchronized boolean hasSucceeded() {
        return finished && state.getTerminated().getExitCode() == 0;
    }

    synchronized boolean isReady() {
        return ready;
    }

    synchronized ContainerStatus status() {
        return new ContainerStatusBuilder()
                .withName(container.getName())
                .withImage(container.getImage())
                .withImageID(container.getImage())
                .withContainerID(id)
                .withState(state)
                .withLastState(last)
                .withRestartCount(restarts)
                .withStarted(started)
                .withReady(ready)
                .build();
    }
}
