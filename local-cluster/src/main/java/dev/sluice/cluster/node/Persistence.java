package dev.sluice.cluster.node;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// Asks the API server again and again while it has gone, as nothing else would bring the matter up again.
///
/// @param closing set when the cluster ends
record Persistence(AtomicBoolean closing) {
    private static final Duration RETRY = Duration.ofMillis(500);

    /// Returns when the call has succeeded, or cannot any more: the object is not there, or is another one.
    void untilDone(Runnable call) throws InterruptedException {
        while (!closing.get()) {
            try {
                call.run();
                return;
            } catch (KubernetesClientException failed) {
                switch (failed.getCode()) {
                    case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_CONFLICT -> {
                        return;
                    }
                    default -> Thread.sleep(RETRY);
                }
            }
        }
    }

    /// The same, on a thread of its own.
    void inBackground(Runnable call) {
        Thread.ofVirtual().start(() -> {
            try {
                untilDone(call);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
