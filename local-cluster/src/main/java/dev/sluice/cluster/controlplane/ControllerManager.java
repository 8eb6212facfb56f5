package dev.sluice.cluster.controlplane;

import dev.sluice.cluster.binary.GoBinary;
import dev.sluice.cluster.network.Network;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The command line of the controller manager: the controllers that make pods of workloads and clean up after them.
///
/// That of EndpointSlices is among them only where the API server takes the pods' addresses there, so not on loopback.
final class ControllerManager {
    private static final List<String> CONTROLLERS = List.of(
            "deployment-controller",
            "replicaset-controller",
            "statefulset-controller",
            "daemonset-controller",
            "job-controller",
            "disruption-controller",
            "horizontal-pod-autoscaler-controller",
            "serviceaccount-controller",
            "root-ca-certificate-publisher-controller",
            "clusterrole-aggregation-controller",
            "namespace-controller",
            "garbage-collector-controller",
            "ttl-after-finished-controller");

    private ControllerManager() {}

    static Component create(Path folder, Network network, Credentials credentials, KubernetesClient client)
            throws IOException, InterruptedException {
        return new Component(
                "kube-controller-manager",
                List.of(
                        GoBinary.KUBE_CONTROLLER_MANAGER.locate().toString(),
                        "--kubeconfig=" + credentials.adminKubeconfig(),
                        "--root-ca-file=" + credentials.authorityFile(),
                        "--controllers=" + String.join(",", controllers(network)),
                        "--leader-elect=false",
                        // Nothing asks it anything.
                        "--secure-port=0",
                        // Its limits are for clusters that others share; here hundreds of pods roll at once.
                        "--kube-api-qps=500",
                        "--kube-api-burst=1000",
                        "--concurrent-gc-syncs=5"),
                folder,
                // No pod can be made before its ServiceAccount.
                () -> client.serviceAccounts()
                                .inNamespace("default")
                                .withName("default")
                                .get()
                        != null);
    }

    private static List<String> controllers(Network network) {
        return network.isLoopback()
                ? CONTROLLERS
                : Stream.concat(CONTROLLERS.stream(), Stream.of("endpointslice-controller"))
                        .toList();
    }
}
