package dev.sluice.bench.sidebyside;

import com.google.common.net.HostAndPort;
import dev.sluice.standalone.app.Sluice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// Sluice's endpoint picker as a user runs it alone, `sluice picker DIR`, with all that is on by default.
final class SluicePicker {
    private static final String FILE = "resources.yaml";

    private static final String RESOURCES = """
            apiVersion: inference.networking.k8s.io/v1
            kind: InferencePool
            metadata: {name: default}
            spec:
              selector: {matchLabels: {app: model-server}}
              targetPorts: [{number: ${port}}]
              endpointPickerRef: {name: picker, port: {number: 9002}}
            ---
            apiVersion: inference.sluice.dev/v1alpha1
            kind: InferenceModel
            metadata: {name: model}
            spec:
              modelName: ${model}
              poolRefs: [{name: default}]
            ---
            apiVersion: inference.sluice.dev/v1alpha1
            kind: EndpointList
            metadata: {name: default}
            spec:
              endpoints:
            """;

    private static final String ENDPOINT = """
                - name: pod-${host}
                  address: ${host}
                  labels: {app: model-server, nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3}
            """;

    private SluicePicker() {}

    /// Runs until its parent ends.
    ///
    /// @param arguments the folder
    public static void main(String[] arguments) {
        Thread.ofPlatform().daemon().start(() -> {
            ChildJvm.awaitEndOfParent();
            Runtime.getRuntime().halt(0);
        });
        String anyPort = "0";
        Sluice.main(new String[] {
            "picker", arguments[0], "--grpc-port", anyPort, "--grpc-health-port", anyPort, "--metrics-port", anyPort
        });
    }

    /// A folder that describes the backends as a pool.
    record Folder(Path path) implements AutoCloseable {
        static Folder of(List<HostAndPort> backends) throws IOException {
            Path path = Files.createTempDirectory("side-by-side");
            String endpoints = backends.stream()
                    .map(HostAndPort::getHost)
                    .map(host -> ENDPOINT.replace("${host}", host))
                    .collect(Collectors.joining());
            Files.writeString(
                    path.resolve(FILE),
                    RESOURCES
                                    .replace(
                                            "${port}",
                                            Integer.toString(backends.getFirst().getPort()))
                                    .replace("${model}", Conversations.MODEL)
                            + endpoints);
            return new Folder(path);
        }

        @Override
        public void close() throws IOException {
            Files.delete(path.resolve(FILE));
            Files.delete(path);
        }
    }
}
