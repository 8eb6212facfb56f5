package dev.sluice.cluster;

import dev.sluice.cluster.binary.GatewayApi;
import dev.sluice.cluster.controlplane.Component;
import dev.sluice.cluster.controlplane.ControlPlane;
import dev.sluice.cluster.files.Folders;
import dev.sluice.cluster.network.Network;
import dev.sluice.cluster.node.Images;
import dev.sluice.cluster.node.PodRunner;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A cluster on this machine: etcd, API server and controller manager are real, and every pod's containers are
/// processes, or containers of images, on a loopback address of the pod's own, as the table of [Images] says.
///
/// It ends when it is closed, and with this JVM in any case.
public final class LocalCluster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalCluster.class);
    private static final int START_SECONDS = 30;
    private static final String PODS = "pods";
    private static final String NETWORK_FILE = "network";

    private final Path folder;
    private final boolean keepsFolder;
    private final Network network;
    private final ControlPlane controlPlane;
    private final Images images;
    private final PodRunner runner;
    private final KubernetesClient client;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread hook = new Thread(this::end, "local-cluster-end");

    private LocalCluster(Path folder, boolean keepsFolder, Network network, ControlPlane controlPlane, Images images)
            throws IOException {
        this.folder = folder;
        this.keepsFolder = keepsFolder;
        this.network = network;
        this.controlPlane = controlPlane;
        this.images = images;
        this.runner = PodRunner.start(controlPlane, network, images, folder.resolve(PODS));
        this.client = controlPlane.connect();
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Starts one in a folder that goes with it, on a network that is free.
    public static LocalCluster start() throws IOException, InterruptedException {
        return start("", Images.standard());
    }

    /// Starts one in a folder that goes with it.
    ///
    /// @param cidr the network, such as `127.70.0.0/16`; empty for any that is free
    public static LocalCluster start(String cidr, Images images) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("sluice-cluster");
        return start(folder, false, network(cidr), images);
    }

    /// Starts one in a folder that stays: what was in the cluster is there again the next time, and on the same
    /// network, as Services keep their addresses.
    ///
    /// @param cidr the network for a new one, such as `127.70.0.0/16`; empty for any that is free
    public static LocalCluster start(Path folder, String cidr, Images images) throws IOException, InterruptedException {
        Path file = Files.createDirectories(folder.toAbsolutePath()).resolve(NETWORK_FILE);
        Network network = network(Files.exists(file) ? Files.readString(file).strip() : cidr);
        Files.writeString(file, network.cidr());
        return start(folder.toAbsolutePath(), true, network, images);
    }

    private static Network network(String cidr) throws IOException {
        return cidr.isEmpty() ? Network.claim() : Network.claim(cidr);
    }

    private static LocalCluster start(Path folder, boolean keepsFolder, Network network, Images images)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        try {
            ControlPlane controlPlane = ControlPlane.start(folder, network);
            try {
                LocalCluster cluster = new LocalCluster(folder, keepsFolder, network, controlPlane, images);
                LOG.atInfo()
                        .addKeyValue("network", network.cidr())
                        .addKeyValue("millis", (System.nanoTime() - begin) / 1_000_000)
                        .log("the cluster is up");
                return cluster;
            } catch (IOException | RuntimeException failed) {
                controlPlane.close();
                throw failed;
            }
        } catch (IOException | InterruptedException | RuntimeException failed) {
            network.close();
            if (!keepsFolder) {
                Folders.delete(folder);
            }
            throw failed;
        }
    }

    /// Installs the resource definitions of the Gateway API, and returns when the API server knows them.
    public void installGatewayApi() throws IOException, InterruptedException {
        for (Path file : GatewayApi.definitions()) {
            apply(file);
        }
        client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .list()
                .getItems()
                .forEach(definition -> client.resource(definition)
                        .waitUntilCondition(
                                seen -> seen.getStatus() != null
                                        && seen.getStatus().getConditions().stream()
                                                .anyMatch(condition -> condition
                                                                .getType()
                                                                .equals("Established")
                                                        && condition.getStatus().equals("True")),
                                START_SECONDS,
                                TimeUnit.SECONDS));
    }

    /// Makes a namespace in which pods can be made when this returns.
    public void createNamespace(String name) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        client.serviceAccounts()
                .inNamespace(name)
                .withName("default")
                .waitUntilCondition(Objects::nonNull, START_SECONDS, TimeUnit.SECONDS);
    }

    /// Applies every resource of a YAML file, on the server's side.
    public void apply(Path yaml) throws IOException {
        try (InputStream stream = Files.newInputStream(yaml)) {
            client.load(stream)
                    .items()
                    .forEach(item -> client.resource(item)
                            .fieldManager("local-cluster")
                            .forceConflicts()
                            .serverSideApply());
        }
    }

    /// The administrator's.
    public KubernetesClient client() {
        return client;
    }

    /// The administrator's, for kubectl and helm.
    public Path kubeconfig() {
        return controlPlane.credentials().adminKubeconfig();
    }

    /// The table of images, to which a test adds what it needs.
    public Images images() {
        return images;
    }

    public Network network() {
        return network;
    }

    /// To stop it and to start it again.
    public Component apiServer() {
        return controlPlane.apiServer();
    }

    /// Holds a folder for each namespace, therein one for each pod, and therein a log for each container.
    public Path podFolder() {
        return folder.resolve(PODS);
    }

    /// Kills the containers of that pod, as a crash would; they are started again.
    public void crash(String namespace, String pod) {
        runner.crash(namespace, pod);
    }

    /// The text that the containers of that pod have written so far.
    public String logs(String namespace, String pod) throws IOException {
        return runner.logs(namespace, pod);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyShuttingDown) {
            LOG.atDebug().log("the shutdown hook has run or is running");
        }
        end();
    }

    private void end() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        client.close();
        runner.close();
        controlPlane.close();
        try {
            network.close();
            if (!keepsFolder) {
                Folders.delete(folder);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
