package dev.sluice.e2e.cluster.node;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.function.Supplier;

/// Writes a pod's status whenever it has changed, as often as the API server keeps up: what changes during one write
/// goes with the next. While there is no API server, it goes on trying.
final class StatusPublisher implements AutoCloseable {
    private static final int RETRY_MILLIS = 500;

    private final Pod pod;
    private final PodApi api;
    private final Supplier<PodStatus> status;
    private final Thread thread = Thread.ofVirtual().unstarted(this::run);
    private boolean changed;

    StatusPublisher(Pod pod, PodApi api, Supplier<PodStatus> status) {
        this.pod = pod;
        this.api = api;
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
                try {
                    api.patchStatus(pod, status.get());
                } catch (KubernetesClientException failed) {
                    if (failed.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                            || failed.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                        return;
                    }
                    Thread.sleep(RETRY_MILLIS);
                    changed();
                }
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
    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }
}
