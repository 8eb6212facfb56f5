package dev.sluice.cluster.node;

import dev.sluice.cluster.files.Folders;
import dev.sluice.cluster.node.spec.Environment;
import dev.sluice.cluster.node.spec.FieldRefs;
import dev.sluice.cluster.node.spec.StartFailure;
import dev.sluice.cluster.node.spec.Translation;
import dev.sluice.cluster.node.spec.Volumes;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of one pod, from its address to the end of its object.
final class PodWorker {
    private static final Logger LOG = LoggerFactory.getLogger(PodWorker.class);
    private static final Duration RETRY = Duration.ofMillis(500);
    /// The time that a pod waits for a Service that its manifest names: both often come from the same file.
    private static final Duration SERVICE_PATIENCE = Duration.ofSeconds(10);

    private final Pod pod;
    private final String address;
    private final NodeContext node;
    private final Volumes volumes;
    private final Translation translation;
    private final ContainerStarter starter;
    private final List<ContainerReport> reports = new ArrayList<>();
    private final List<ContainerLoop> init = new ArrayList<>();
    private final List<ContainerLoop> loops = new ArrayList<>();
    private final StatusPublisher publisher;
    private final PodEnd end = new PodEnd();
    private final long begin = System.nanoTime();
    private final Thread thread;
    /// The object has gone, so that there is nothing to delete.
    private volatile boolean forgotten;

    PodWorker(Pod pod, NodeContext node) {
        this.pod = pod;
        this.node = node;
        this.address = node.network().pods().take();
        FieldRefs fields = new FieldRefs(pod, address, node.network().node());
        this.volumes = new Volumes(pod, node.folder(pod).resolve("volumes"), node.api(), fields);
        this.translation = new Translation(address, volumes.mounts(), this::clusterIp);
        this.starter = new ContainerStarter(
                new ContainerStarter.PodSandbox(pod, address, node.folder(pod), volumes),
                node.images(),
                node.api(),
                node.credentials(),
                new Environment(node.api(), pod.getMetadata().getNamespace(), fields),
                translation);
        String policy = Objects.requireNonNullElse(pod.getSpec().getRestartPolicy(), "Always");
        List<ContainerReport> initReports =
                loops(pod.getSpec().getInitContainers(), exit -> exit != 0 && !policy.equals("Never"), init);
        List<ContainerReport> mainReports = loops(
                pod.getSpec().getContainers(),
                exit -> policy.equals("Always") || (policy.equals("OnFailure") && exit != 0),
                loops);
        PodStatuses statuses = new PodStatuses(address, node.network().node(), initReports, mainReports);
        this.publisher = new StatusPublisher(pod, node, statuses::status);
        this.thread = Thread.ofVirtual()
                .name("pod %s/%s"
                        .formatted(
                                pod.getMetadata().getNamespace(),
                                pod.getMetadata().getName()))
                .unstarted(this::run);
    }

    private List<ContainerReport> loops(
            List<Container> containers, Predicate<Integer> restarts, List<ContainerLoop> target) {
        Duration grace =
                Duration.ofSeconds(Objects.requireNonNullElse(pod.getSpec().getTerminationGracePeriodSeconds(), 30L));
        List<ContainerReport> own = new ArrayList<>();
        for (Container container : containers) {
            ContainerReport report = new ContainerReport(container, this::changed);
            own.add(report);
            target.add(new ContainerLoop(container, starter, end, restarts, grace, report));
        }
        reports.addAll(own);
        return own;
    }

    private void changed() {
        publisher.changed();
    }

    void start() {
        thread.start();
    }

    /// Ends its containers in an orderly way, then the object.
    void terminate(Duration grace) {
        end.ask(grace);
    }

    /// Ends its containers at once, as the object has gone.
    void forget() {
        forgotten = true;
        kill();
    }

    /// Ends its containers at once.
    void kill() {
        end.ask(Duration.ZERO);
        init.forEach(ContainerLoop::kill);
        loops.forEach(ContainerLoop::kill);
    }

    /// Ends its containers at once; what has ended is started again.
    void crash() {
        loops.forEach(ContainerLoop::kill);
    }

    boolean is(String namespace, String name) {
        return pod.getMetadata().getNamespace().equals(namespace)
                && pod.getMetadata().getName().equals(name);
    }

    void join() throws InterruptedException {
        thread.join();
    }

    private void run() {
        try {
            publisher.start();
            publisher.changed();
            if (mount() && initialize()) {
                List<Thread> containers = new ArrayList<>();
                for (ContainerLoop loop : loops) {
                    containers.add(Thread.ofVirtual().start(() -> keepRunning(loop)));
                }
                for (Thread container : containers) {
                    container.join();
                }
            }
            end.await();
            publisher.stop();
            finish();
        } catch (InterruptedException interrupted) {
            kill();
        } catch (IOException failed) {
            LOG.atWarn().addKeyValue("pod", thread.getName()).setCause(failed).log("cannot clean up");
        } finally {
            node.network().pods().giveBack(address);
        }
    }

    private static void keepRunning(ContainerLoop loop) {
        try {
            loop.run();
        } catch (InterruptedException interrupted) {
            loop.kill();
        }
    }

    /// @return whether the pod may go on
    private boolean mount() throws InterruptedException {
        List<Container> programs = new ArrayList<>();
        List<Container> archived = new ArrayList<>();
        Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
                .forEach(container -> {
                    // An image that is not known may become known, as a program.
                    switch (node.images().find(container.getImage()).orElse(Image.SHELL)) {
                        case Image.Program _ -> programs.add(container);
                        case Image.Archived _ -> archived.add(container);
                        case Image.InJvm _ -> {}
                    }
                });
        while (!end.isAsked()) {
            try {
                volumes.write(programs, translation);
                volumes.write(archived, translation.withoutMounts());
                return true;
            } catch (StartFailure failure) {
                reports.forEach(report -> report.waiting(failure.reason(), failure.getMessage()));
            } catch (IOException | KubernetesClientException failed) {
                reports.forEach(report -> report.waiting("ContainerCreating", failed.toString()));
            }
            end.await(RETRY);
        }
        return false;
    }

    /// @return whether the pod may go on
    private boolean initialize() throws InterruptedException {
        for (ContainerLoop loop : init) {
            if (!loop.run()) {
                return false;
            }
        }
        return true;
    }

    private void finish() throws InterruptedException, IOException {
        // First: the object's end lets a successor of the same name begin.
        Folders.delete(volumes.folder());
        if (!forgotten) {
            // When the cluster ends objects stay, as after a power failure.
            node.persistence().untilDone(() -> node.api().delete(pod));
        }
    }

    private Optional<String> clusterIp(String namespace, String name) throws StartFailure {
        Optional<String> address = node.api()
                .service(namespace, name)
                .map(service -> service.getSpec().getClusterIP())
                .filter(ip -> !ip.isEmpty() && !ip.equals("None"));
        boolean patient = System.nanoTime() - begin < SERVICE_PATIENCE.toNanos();
        if (address.isEmpty() && patient) {
            throw new StartFailure("ContainerCreating", "waits for Service %s/%s".formatted(namespace, name));
        }
        return address;
    }
}
