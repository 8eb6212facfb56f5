package dev.sluice.e2e.operator;

import dev.sluice.cluster.LocalCluster;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.operator.app.ControlPlane;
import dev.sluice.operator.app.ControlPlaneConfig;
import dev.sluice.operator.manifest.ManifestSettings;
import dev.sluice.operator.manifest.PickerScope;
import dev.sluice.operator.manifest.Scale;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.resolve.Patch;
import dev.sluice.operator.resolve.resources.Installation;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A replica of the operator in this JVM, as the administrator, whose writes are counted.
final class OperatorReplica implements AutoCloseable {

    static final String NAMESPACE = "sluice-system";

    /// Not the address that pods take for their own.
    private static final String HOST = "127.0.0.2";

    private final Queue<String> writes = new ConcurrentLinkedQueue<>();
    private final KubernetesClient client;
    private final ControlPlane plane;

    private OperatorReplica(LocalCluster cluster, String identity) throws IOException {
        client = client(cluster, writes);
        int xds = Loopback.freePort();
        plane = ControlPlane.start(
                client,
                new ControlPlaneConfig(
                        Installation.CONTROLLER,
                        new ControlPlaneConfig.Replica(NAMESPACE, identity, true),
                        new ControlPlaneConfig.ServingAddresses(
                                new InetSocketAddress(HOST, xds),
                                new InetSocketAddress(HOST, 0),
                                new Plan.Address(HOST, xds),
                                null),
                        new ManifestSettings.Images("IfNotPresent", List.of()),
                        new ManifestSettings.EnvoyOptions(
                                "envoyproxy/envoy:v1.40.0",
                                new Scale.Fixed(1),
                                5,
                                new ResourceRequirements(),
                                new ManifestSettings.ServiceOptions("LoadBalancer", Patch.none(Service.class)),
                                Patch.none(PodTemplateSpec.class)),
                        new ManifestSettings.PickerSettings(
                                "sluice/endpoint-picker",
                                PickerScope.INSTALLATION,
                                new Scale.Fixed(1),
                                new ResourceRequirements(),
                                List.of(),
                                Patch.none(PodTemplateSpec.class))));
    }

    static OperatorReplica start(LocalCluster cluster, String identity) throws IOException {
        return new OperatorReplica(cluster, identity);
    }

    private static KubernetesClient client(LocalCluster cluster, Queue<String> writes) {
        Config config = Config.fromKubeconfig(cluster.kubeconfig().toFile());
        config.setUserAgent("sluice-operator");
        config.setRequestRetryBackoffLimit(1);
        config.setRequestTimeout(5_000);
        config.setConnectionTimeout(2_000);
        config.setWatchReconnectInterval(250);
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("writes", new Interceptor() {
                    @Override
                    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
                        if (!request.method().equals("GET")) {
                            writes.add(request.method() + " " + request.uri().getPath());
                        }
                    }
                }))
                .build();
    }

    ControlPlane plane() {
        return plane;
    }

    /// Every write so far, but for those of the election.
    List<String> writes() {
        return writes.stream().filter(write -> !write.contains("/leases")).toList();
    }

    @Override
    public void close() {
        plane.close();
        client.close();
    }
}
