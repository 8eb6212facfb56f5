package dev.sluice.process;

import java.util.concurrent.CountDownLatch;

/// The end of a process that runs until SIGTERM: opened before all that must be closed in order, closed after it.
///
/// SIGTERM only tells: the process closes its parts and then exits as it would by itself, with status 0 and
/// with all of its shutdown hooks. Left to the JVM, the status would be 143 however orderly the end was, which
/// Kubernetes calls an error.
///
/// Other ends, such as SIGINT, are the JVM's, which waits until this is closed. It cannot wait for the main
/// thread itself, whose `System.exit` never returns while the JVM is ending.
public final class Termination implements AutoCloseable {
    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final TerminationSignal signal = TerminationSignal.handle(told::countDown);

    public Termination() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "shutdown"));
    }

    /// Returns when the process is told to end.
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

    /// Lets the JVM end. A process that was told to end is about to exit: another SIGTERM does not change its
    /// status.
    @Override
    public void close() {
        if (told.getCount() > 0) {
            signal.close();
        }
        closed.countDown();
    }
}
