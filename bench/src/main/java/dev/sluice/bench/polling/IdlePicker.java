package dev.sluice.bench.polling;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.bench.rig.ChildJvm;
import dev.sluice.picker.app.Picker;
import dev.sluice.picker.app.options.PickerConfig;
import dev.sluice.picker.app.options.Tls;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.kube.Resources;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Sluice's endpoint picker with a pool of many endpoints and nothing to do but to read them.
final class IdlePicker {
    private static final PoolId POOL = new PoolId("default", "idle");

    private IdlePicker() {}

    /// Runs until its parent ends.
    ///
    /// @param arguments how many endpoints, their port, `signals.pollInterval` and `signals.adaptivePolling`
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        PickerConfig config = new PickerConfig(
                new PickerConfig.Listeners(anyPort, anyPort, anyPort, new Tls.Plaintext()),
                new ExchangeSettings(POOL, PickerConfig.DEFAULT_MAX_BODY_BYTES, PickerConfig.DEFAULT_BODY_TIMEOUT, 1),
                PickerConfig.Memory.DEFAULT,
                PickerConfig.Shutdown.within(Duration.ZERO));
        try (Picker picker = Picker.start(config)) {
            picker.publish(new IdlePool(
                    Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]), arguments[2], arguments[3]));
            System.out.println("listening on port " + picker.grpcAddress().getPort());
            ChildJvm.awaitEndOfParent();
        }
    }

    private record IdlePool(int endpoints, int port, String interval, String adaptive) implements Resources {
        private static final int PER_SUBNET = 250;

        @Override
        public <T extends HasMetadata> List<T> all(Class<T> kind) {
            return Stream.of(Stream.of(pool(), policy()), pods())
                    .flatMap(objects -> objects)
                    .filter(kind::isInstance)
                    .map(kind::cast)
                    .toList();
        }

        private InferencePool pool() {
            return Serialization.unmarshal("""
                    apiVersion: inference.networking.k8s.io/v1
                    kind: InferencePool
                    metadata: {namespace: default, name: idle}
                    spec: {selector: {matchLabels: {app: idle}}, targetPorts: [{number: %d}]}
                    """.formatted(port), InferencePool.class);
        }

        private InferencePoolPolicy policy() {
            return Serialization.unmarshal("""
                    apiVersion: inference.sluice.dev/v1alpha1
                    kind: InferencePoolPolicy
                    metadata: {namespace: default, name: idle}
                    spec:
                      targetRefs: [{name: idle}]
                      signals: {pollInterval: %s, adaptivePolling: %s}
                    """.formatted(interval, adaptive), InferencePoolPolicy.class);
        }

        private Stream<Pod> pods() {
            return IntStream.range(0, endpoints)
                    .mapToObj(i ->
                            Serialization.unmarshal("""
                    apiVersion: v1
                    kind: Pod
                    metadata: {namespace: default, name: pod-%d, labels: {app: idle}}
                    status: {podIP: 127.1.%d.%d, conditions: [{type: Ready, status: "True"}]}
                    """.formatted(i, i / PER_SUBNET, 1 + i % PER_SUBNET), Pod.class));
        }
    }
}
