package dev.sluice.cluster.node;

import dev.sluice.cluster.process.ChildProcess;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A container that has been started.
sealed interface RunningContainer {
    Logger LOG = LoggerFactory.getLogger(RunningContainer.class);

    /// Completes with the exit status.
    CompletableFuture<Integer> exit();

    /// Asks it to end.
    void terminate();

    /// Ends it at once.
    void kill();

    record OfProcess(ChildProcess process, CompletableFuture<Integer> exit) implements RunningContainer {
        static OfProcess of(ChildProcess process) {
            return new OfProcess(process, process.exit());
        }

        @Override
        public void terminate() {
            process.terminate();
        }

        @Override
        public void kill() {
            process.kill();
        }
    }

    record OfJvm(AutoCloseable service, CompletableFuture<Integer> exit) implements RunningContainer {
        static OfJvm of(AutoCloseable service) {
            return new OfJvm(service, new CompletableFuture<>());
        }

        @Override
        public void terminate() {
            Thread.ofVirtual().start(() -> {
                try {
                    service.close();
                    exit.complete(0);
                } catch (Exception failed) {
                    LOG.atWarn().setCause(failed).log("a container in this JVM did not end well");
                    exit.complete(1);
                }
            });
        }

        @Override
        public void kill() {
            terminate();
            exit.complete(137);
        }
    }
}
