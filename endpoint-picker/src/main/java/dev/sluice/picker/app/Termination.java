package dev.sluice.picker.app;

import java.util.concurrent.CountDownLatch;

/// The end of a process that runs until SIGTERM.
public final class Termination {
    private Termination() {}

    /// Returns once the JVM is told to end, which then waits for the calling thread to close everything in order.
    public static void await() throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> release(stopped, caller), "shutdown"));
        stopped.await();
    }

    private static void release(CountDownLatch stopped, Thread caller) {
        stopped.countDown();
        try {
            caller.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
