package dev.sluice.cluster.controlplane;

import dev.sluice.cluster.network.Network;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Path;

/// The control plane of one cluster, all of it on one address.
public final class ControlPlane implements AutoCloseable {
    private final Credentials credentials;
    private final KubernetesClient client;
    private final Component etcd;
    private final Component apiServer;
    private final Component controllerManager;

    private ControlPlane(Path folder, Network network) throws IOException, InterruptedException {
        credentials = Credentials.create(folder.resolve("credentials"), network);
        Config config = config(credentials);
        config.setRequestRetryBackoffLimit(0);
        client = new KubernetesClientBuilder().withConfig(config).build();
        etcd = Etcd.create(folder, network);
        apiServer = ApiServer.create(folder, network, credentials, client);
        controllerManager = ControllerManager.create(folder, network, credentials, client);
    }

    /// Starts it and returns when the API server is ready.
    ///
    /// @param folder keeps its data and logs
    public static ControlPlane start(Path folder, Network network) throws IOException, InterruptedException {
        ControlPlane controlPlane = new ControlPlane(folder, network);
        try {
            controlPlane.etcd.start();
            controlPlane.apiServer.start();
            controlPlane.controllerManager.start();
            return controlPlane;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            controlPlane.close();
            throw failed;
        }
    }

    /// A new client of the administrator's, for a test.
    public KubernetesClient connect() {
        return new KubernetesClientBuilder().withConfig(config(credentials)).build();
    }

    private static Config config(Credentials credentials) {
        return Config.fromKubeconfig(credentials.adminKubeconfig().toFile());
    }

    /// The administrator's client that says at once what failed: who asks knows better when to ask again.
    public KubernetesClient client() {
        return client;
    }

    public Credentials credentials() {
        return credentials;
    }

    /// For tests of what happens without it.
    public Component apiServer() {
        return apiServer;
    }

    /// For tests of what happens without it.
    public Component controllerManager() {
        return controllerManager;
    }

    @Override
    public void close() {
        client.close();
        controllerManager.close();
        apiServer.close();
        etcd.close();
    }
}
