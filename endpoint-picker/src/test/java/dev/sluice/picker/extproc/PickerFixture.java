package dev.sluice.picker.extproc;

import static org.awaitility.Awaitility.await;

import dev.sluice.api.upstream.LlmdModelRewrite;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.picker.app.Picker;
import dev.sluice.picker.app.options.PickerConfig;
import dev.sluice.picker.app.options.Tls;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.kube.Resources;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A whole picker on free ports, and what an Envoy and an operator need to talk to it.
///
/// The pool `ml/llama` has three pods that nobody answers at: what they would say is the test's to decide.
public final class PickerFixture implements AutoCloseable {
    static final int MAX_BODY = 200_000;
    private static final InetSocketAddress FREE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private final HttpClient http = HttpClient.newHttpClient();
    private final Picker picker;
    private final ManagedChannel channel;

    PickerFixture(int destinationEndpoints, Duration bodyTimeout, Duration drain)
            throws IOException, GeneralSecurityException {
        this(
                new ExchangeSettings(new PoolId("ml", "llama"), MAX_BODY, bodyTimeout, destinationEndpoints),
                PickerConfig.Shutdown.within(drain));
    }

    PickerFixture(ExchangeSettings exchange, PickerConfig.Shutdown shutdown)
            throws IOException, GeneralSecurityException {
        picker = Picker.start(new PickerConfig(
                new PickerConfig.Listeners(FREE, FREE, FREE, new Tls.Plaintext()),
                exchange,
                new PickerConfig.Memory(1 << 12, 1 << 20),
                shutdown));
        channel = NettyChannelBuilder.forAddress(picker.grpcAddress())
                .usePlaintext()
                .build();
    }

    public static PickerFixture serving() throws IOException, GeneralSecurityException {
        PickerFixture fixture = new PickerFixture(1, Duration.ofSeconds(30), Duration.ofSeconds(5));
        fixture.picker.publish(resources(3));
        return fixture;
    }

    public static PickerFixture withTestHooks() throws IOException, GeneralSecurityException {
        PickerFixture fixture = new PickerFixture(
                new ExchangeSettings(new PoolId("ml", "llama"), MAX_BODY, Duration.ofSeconds(30), 3, true),
                PickerConfig.Shutdown.within(Duration.ofSeconds(5)));
        fixture.picker.publish(resources(3));
        return fixture;
    }

    Picker picker() {
        return picker;
    }

    public ManagedChannel channel() {
        return channel;
    }

    public EnvoyStream stream() {
        return new EnvoyStream(channel);
    }

    /// The pool `llama` with some pods, the empty pool `empty`, and the open pool `open` with one pod. In `llama`,
    /// `chat` is served as `llama-3.1-8b`, and `plain` under its own name.
    public static Resources resources(int pods) {
        return resources(pods, List.of());
    }

    /// And others besides.
    static Resources resources(int pods, List<? extends HasMetadata> others) {
        List<HasMetadata> objects = new ArrayList<>(others);
        for (int i = 1; i <= pods; i++) {
            objects.add(pod("llama-" + i, "llama", "127.0.1." + i));
        }
        objects.add(pod("open-1", "open", "127.0.2.1"));
        objects.addAll(List.of(
                pool("llama"),
                pool("empty"),
                pool("open"),
                model("chat", "llama", "{modelName: llama-3.1-8b}"),
                model("plain", "llama", ""),
                rewrite()));
        return new Fixed(objects);
    }

    private record Fixed(List<HasMetadata> objects) implements Resources {
        @Override
        public <T extends HasMetadata> List<T> all(Class<T> kind) {
            return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
        }
    }

    private static InferencePool pool(String name) {
        return Serialization.unmarshal("""
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: %s, namespace: ml}
                spec:
                  selector: {matchLabels: {app: %s}}
                  targetPorts: [{number: 1}]
                """.formatted(name, name), InferencePool.class);
    }

    private static InferenceModel model(String name, String pool, String targets) {
        return Serialization.unmarshal("""
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferenceModel
                metadata: {name: %s, namespace: ml, creationTimestamp: "2026-11-01T00:00:00Z"}
                spec:
                  modelName: %s
                  poolRefs: [{name: %s}]
                  targets: [%s]
                """.formatted(name, name, pool, targets), InferenceModel.class);
    }

    /// In `open`, requests for `old` and those without a model go on as others.
    private static LlmdModelRewrite rewrite() {
        return Serialization.unmarshal("""
                apiVersion: llm-d.ai/v1alpha2
                kind: InferenceModelRewrite
                metadata: {name: open, namespace: ml}
                spec:
                  poolRef: {name: open}
                  rules:
                  - matches: [{model: {value: old}}]
                    targets: [{modelRewrite: new}]
                  - targets: [{modelRewrite: "usual \\"one\\""}]
                """, LlmdModelRewrite.class);
    }

    private static Pod pod(String name, String app, String ip) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: ml, labels: {app: %s}}
                status:
                  podIP: %s
                  conditions: [{type: Ready, status: "True"}]
                """.formatted(name, app, ip), Pod.class);
    }

    /// What the admin server shows under a path.
    String page(String path) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + picker.adminAddress().getPort() + path))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /// The sum of the samples of a family whose labels contain all of `labels`, each as `name="value"`.
    double meter(String family, String... labels) {
        return page("/metrics")
                .lines()
                .filter(line -> line.startsWith(family + "{") || line.startsWith(family + " "))
                .filter(line -> List.of(labels).stream().allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /// Waits until a meter has a value.
    void awaitMeter(double value, String family, String... labels) {
        await().atMost(Duration.ofSeconds(5))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> meter(family, labels) == value);
    }

    @Override
    public void close() throws InterruptedException {
        channel.shutdownNow();
        picker.close();
        http.close();
        channel.awaitTermination(5, TimeUnit.SECONDS);
    }
}
