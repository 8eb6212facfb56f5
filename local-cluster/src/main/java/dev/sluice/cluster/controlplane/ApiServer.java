package dev.sluice.cluster.controlplane;

import dev.sluice.cluster.binary.GoBinary;
import dev.sluice.cluster.network.Network;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The command line of the API server: RBAC, no anonymous requests, and all of admission that is on by default.
final class ApiServer {
    static final int PORT = 6443;

    private ApiServer() {}

    static Component create(Path folder, Network network, Credentials credentials, KubernetesClient client)
            throws IOException, InterruptedException {
        return new Component(
                "kube-apiserver",
                List.of(
                        GoBinary.KUBE_APISERVER.locate().toString(),
                        "--etcd-servers=" + Etcd.url(network),
                        "--bind-address=" + network.controlPlane(),
                        "--advertise-address=" + network.controlPlane(),
                        "--secure-port=" + PORT,
                        "--service-cluster-ip-range=" + network.serviceCidr(),
                        // The endpoints of its own Service would be loopback addresses, which it refuses.
                        "--endpoint-reconciler-type=none",
                        "--authorization-mode=RBAC",
                        "--anonymous-auth=false",
                        "--allow-privileged=true",
                        "--token-auth-file=" + credentials.tokens(),
                        "--tls-cert-file=" + credentials.serverCertificate(),
                        "--tls-private-key-file=" + credentials.serverKey(),
                        "--service-account-issuer=https://kubernetes.default.svc",
                        "--service-account-key-file=" + credentials.serviceAccountCertificate(),
                        "--service-account-signing-key-file=" + credentials.serviceAccountKey(),
                        // Connections of long watches are of no interest at the end.
                        "--shutdown-delay-duration=0s"),
                folder,
                () -> isReady(client));
    }

    private static boolean isReady(KubernetesClient client) throws IOException {
        try {
            return "ok".equals(client.raw("/readyz"));
        } catch (KubernetesClientException notYet) {
            throw new IOException(notYet);
        }
    }
}
