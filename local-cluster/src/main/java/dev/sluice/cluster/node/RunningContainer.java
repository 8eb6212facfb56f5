package dev.sluice.cluster.node;

import dev.sluice.cluster.podman.PodmanContainer;
import dev.sluice.cluster.process.ChildProcess;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A container that has been started.
sealed interface RunningContainer {
    Logger LOG = LoggerFactory.getLogger(RunningContainer.class);

    /// The id in the status of its pod: what runs it, and which one it is there.
    String id();

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
        public String id() {
            return "process://" + process.pid();
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

    record OfImage(PodmanContainer container, CompletableFuture<Integer> exit) implements RunningContainer {
        static OfImage of(PodmanContainer container) {
            return new OfImage(container, container.exit());
        }

        @Override
        public String id() {
            return "podman://" + container.id();
        }

        @Override
        public void terminate() {
            container.terminate();
        }

        @Override
        public void kill() {
            container.kill();
        }
    }

    record OfJvm(AutoCloseable service, CompletableFuture<Integer> exit) implements RunningContainer {
        static OfJvm of(AutoCloseable service) {
            return new OfJvm(service, new CompletableFuture<>());
        }

        @Override
        public String id() {
            return "jvm://%x".formatted(System.identityHashCode(service));
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
