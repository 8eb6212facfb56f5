package dev.sluice.cluster.node;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.function.Supplier;

/// Writes a pod's status whenever it has changed, as often as the API server keeps up: what changes during one write
/// goes with the next. While there is no API server, it goes on trying.
final class StatusPublisher {
    private final Pod pod;
    private final NodeContext node;
    private final Supplier<PodStatus> status;
    private final Thread thread = Thread.ofVirtual().unstarted(this::run);
    private boolean changed;

    StatusPublisher(Pod pod, NodeContext node, Supplier<PodStatus> status) {
        this.pod = pod;
        this.node = node;
        this.status = status;
    }

    void start() {
        thread.start();
    }

    synchronized void changed() {
        changed = true;
        notifyAll();
    }

    private void run() {
        try {
            while (true) {
                awaitChange();
                node.persistence().untilDone(() -> node.api().patchStatus(pod, status.get()));
            }
        } catch (InterruptedException closed) {
            // The pod has ended.
        }
    }

    private synchronized void awaitChange() throws InterruptedException {
        while (!changed) {
            wait();
        }
        changed = false;
    }

    /// Writes no more.
    void stop() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }
}
