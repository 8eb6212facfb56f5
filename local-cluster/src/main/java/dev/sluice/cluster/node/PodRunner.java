package dev.sluice.cluster.node;

import dev.sluice.cluster.controlplane.ControlPlane;
import dev.sluice.cluster.network.Network;
import dev.sluice.cluster.node.spec.PodApi;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/// The cluster's only node: takes every pod, runs it, and carries the connections of Services to it.
public final class PodRunner implements AutoCloseable {
    private static final String NODE = "local";
    private static final Map<String, Quantity> CAPACITY =
            Map.of("cpu", new Quantity("64"), "memory", new Quantity("256Gi"), "pods", new Quantity("10000"));

    private final KubernetesClient client;
    private final NodeContext context;
    private final Map<String, PodWorker> workers = new ConcurrentHashMap<>();
    private final SharedIndexInformer<Pod> pods;
    private final ServiceProxy services;

    private PodRunner(KubernetesClient client, NodeContext context) {
        this.client = client;
        this.context = context;
        this.pods = client.pods().inAnyNamespace().runnableInformer(0);
        this.services = new ServiceProxy(client, context, pods);
    }

    /// Registers the node and begins.
    ///
    /// @param folder for the pods' files and logs
    public static PodRunner start(ControlPlane controlPlane, Network network, Images images, Path folder)
            throws IOException {
        KubernetesClient client = controlPlane.client();
        PodRunner runner = new PodRunner(
                client,
                new NodeContext(
                        network,
                        images,
                        new PodApi(client),
                        controlPlane.credentials(),
                        Files.createDirectories(folder),
                        new Persistence(new AtomicBoolean())));
        runner.register();
        runner.pods.addEventHandler(runner.handler());
        runner.pods.run();
        runner.services.start();
        return runner;
    }

    private void register() {
        NodeStatus status = new NodeStatusBuilder()
                .withCapacity(CAPACITY)
                .withAllocatable(CAPACITY)
                .addNewAddress(context.network().node(), "InternalIP")
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .withReason("PodRunner")
                .withLastTransitionTime(Instant.now().toString())
                .endCondition()
                .build();
        Node node = new NodeBuilder()
                .withNewMetadata()
                .withName(NODE)
                .addToLabels("kubernetes.io/hostname", NODE)
                .addToLabels("kubernetes.io/os", "linux")
                .endMetadata()
                .withStatus(status)
                .build();
        if (client.nodes().withName(NODE).get() == null) {
            client.resource(node).create();
        }
        client.resource(node).patchStatus();
    }

    private ResourceEventHandler<Pod> handler() {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(Pod pod) {
                see(pod);
            }

            @Override
            public void onUpdate(Pod before, Pod pod) {
                see(pod);
            }

            @Override
            public void onDelete(Pod pod, boolean missed) {
                PodWorker worker = workers.remove(pod.getMetadata().getUid());
                if (worker != null) {
                    worker.forget();
                }
            }
        };
    }

    private void see(Pod pod) {
        boolean ending = pod.getMetadata().getDeletionTimestamp() != null;
        if (pod.getSpec().getNodeName() == null) {
            if (!ending && pod.getSpec().getSchedulingGates().isEmpty()) {
                context.persistence().inBackground(() -> context.api().bind(pod, NODE));
            }
            return;
        }
        if (!pod.getSpec().getNodeName().equals(NODE)) {
            return;
        }
        String uid = pod.getMetadata().getUid();
        if (!workers.containsKey(uid)) {
            // Its containers are of an earlier run of this cluster, or have never been.
            if (ending) {
                context.persistence().inBackground(() -> context.api().delete(pod));
                return;
            }
            if (hasEnded(pod)) {
                return;
            }
            PodWorker worker = new PodWorker(pod, context);
            workers.put(uid, worker);
            worker.start();
        }
        if (ending) {
            Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
            workers.get(uid).terminate(Duration.ofSeconds(Objects.requireNonNullElse(grace, 30L)));
        }
    }

    private static boolean hasEnded(Pod pod) {
        return pod.getStatus() != null
                && List.of("Succeeded", "Failed").contains(pod.getStatus().getPhase());
    }

    /// Kills the containers of that pod, as a crash would.
    public void crash(String namespace, String pod) {
        workers.values().stream().filter(worker -> worker.is(namespace, pod)).forEach(PodWorker::crash);
    }

    /// The text that the containers of that pod have written so far, each under its name.
    public String logs(String namespace, String pod) throws IOException {
        Path folder = context.folder().resolve(namespace).resolve(pod);
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path log : files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList()) {
                all.append("--- ").append(log.getFileName()).append('\n').append(Files.readString(log));
            }
        }
        return all.toString();
    }

    /// Ends every container at once; the objects stay.
    @Override
    public void close() {
        context.persistence().closing().set(true);
        pods.stop();
        services.close();
        workers.values().forEach(PodWorker::kill);
        try {
            for (PodWorker worker : workers.values()) {
                worker.join();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
