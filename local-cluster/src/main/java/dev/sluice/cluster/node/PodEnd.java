package dev.sluice.cluster.node;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The end of a pod: it has been asked to end, and its containers may take a while.
final class PodEnd {
    private final CompletableFuture<Duration> asked = new CompletableFuture<>();

    /// Only the first call counts.
    void ask(Duration grace) {
        asked.complete(grace);
    }

    boolean isAsked() {
        return asked.isDone();
    }

    /// Completes with the grace when it is asked.
    CompletableFuture<Duration> asked() {
        return asked;
    }

    /// The grace period that the pod was asked to end with.
    Duration grace() {
        return asked.getNow(Duration.ZERO);
    }

    /// Waits that long, or until it is asked.
    void await(Duration limit) throws InterruptedException {
        try {
            var _ = asked.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException notYet) {
            // Which is what it may be for.
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Waits until it is asked.
    void await() throws InterruptedException {
        try {
            var _ = asked.get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
