package dev.sluice.bench.sidebyside;

import com.google.common.net.HostAndPort;
import dev.sluice.api.v1.AppProtocol;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1.InferencePoolSpec;
import dev.sluice.api.v1.PodSelector;
import dev.sluice.api.v1.Port;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.picker.app.Picker;
import dev.sluice.picker.app.PickerConfig;
import dev.sluice.picker.app.Tls;
import dev.sluice.picker.extproc.ExchangeSettings;
import dev.sluice.picker.kube.Resources;
import dev.sluice.picker.model.PoolId;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Sluice's endpoint picker with everything on that is on by default, for one pool of given endpoints.
final class SluicePicker {
    private static final Map<String, String> SELECTED = Map.of("app", "model-server");
    private static final Map<String, String> LABELS =
            Map.of("app", "model-server", "nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3");
    private static final String ACTIVE_PORTS = "inference.networking.k8s.io/active-ports";
    private static final PoolId POOL = new PoolId("default", "default");

    private SluicePicker() {}

    /// Runs until its parent ends.
    ///
    /// @param arguments the endpoints' addresses
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        List<HostAndPort> endpoints =
                Arrays.stream(arguments).map(HostAndPort::fromString).toList();
        try (Picker picker = Picker.start(config())) {
            picker.publish(new OnePool(endpoints));
            ChildJvm.serveUntilParentEnds(picker.grpcAddress().getPort());
        }
    }

    private static PickerConfig config() {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        return new PickerConfig(
                anyPort,
                anyPort,
                anyPort,
                new Tls.Plaintext(),
                new ExchangeSettings(POOL, PickerConfig.DEFAULT_MAX_BODY_BYTES, PickerConfig.DEFAULT_BODY_TIMEOUT, 1),
                PickerConfig.DEFAULT_PREFIX_ENTRIES,
                PickerConfig.DEFAULT_JOURNAL_BYTES,
                Duration.ZERO);
    }

    /// A pool whose pods listen on ports of their own.
    private record OnePool(List<HostAndPort> endpoints) implements Resources {
        @Override
        public List<InferencePool> inferencePools() {
            InferencePool pool = new InferencePool();
            pool.setMetadata(new ObjectMetaBuilder()
                    .withNamespace(POOL.namespace())
                    .withName(POOL.name())
                    .build());
            pool.setSpec(new InferencePoolSpec(
                    new PodSelector(SELECTED),
                    endpoints.stream()
                            .map(HostAndPort::getPort)
                            .distinct()
                            .map(Port::new)
                            .toList(),
                    AppProtocol.HTTP,
                    null));
            return List.of(pool);
        }

        @Override
        public List<InferenceModel> inferenceModels() {
            return List.of();
        }

        @Override
        public List<InferencePoolPolicy> inferencePoolPolicies() {
            return List.of();
        }

        @Override
        public List<Pod> pods() {
            return endpoints.stream().map(OnePool::pod).toList();
        }

        private static Pod pod(HostAndPort endpoint) {
            return new PodBuilder()
                    .withNewMetadata()
                    .withNamespace(POOL.namespace())
                    .withName("pod-" + endpoint.getHost() + "-" + endpoint.getPort())
                    .withLabels(LABELS)
                    .addToAnnotations(ACTIVE_PORTS, Integer.toString(endpoint.getPort()))
                    .endMetadata()
                    .withNewStatus()
                    .withPodIP(endpoint.getHost())
                    .addNewCondition()
                    .withType("Ready")
                    .withStatus("True")
                    .endCondition()
                    .endStatus()
                    .build();
        }
    }
}
