package dev.sluice.process;

import java.util.concurrent.CountDownLatch;

/// The end of a process that runs until SIGTERM: opened before all that must be closed in order, closed after it.
///
/// The JVM ends once this is closed. It cannot wait for the main thread itself, whose `System.exit` never returns
/// while the JVM is ending.
public final class Termination implements AutoCloseable {
    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    public Termination() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "shutdown"));
    }

    /// Returns when the JVM is told to end.
    public void await() throws InterruptedException {
        told.await();
    }

    private void end() {
        told.countDown();
        try {
            closed.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
