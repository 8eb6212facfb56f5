package dev.sluice.bench.rig;

import com.google.common.net.HostAndPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// A folder that describes servers as the pool `default`, for a picker that runs without a cluster.
public record PoolFolder(Path path) implements AutoCloseable {
    private static final String FILE = "resources.yaml";

    private static final String POOL = """
            apiVersion: inference.networking.k8s.io/v1
            kind: InferencePool
            metadata: {name: default}
            spec:
              selector: {matchLabels: {app: model-server}}
              targetPorts: [${ports}]
              endpointPickerRef: {name: picker, port: {number: 9002}}
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
                  labels: {app: model-server${labels}}
            """;

    /// @param servers all ports at all hosts, as the pods of a pool serve
    /// @param labels what each pod carries besides, as `key: value`
    /// @param documents further resources
    public static PoolFolder of(List<HostAndPort> servers, List<String> labels, List<String> documents)
            throws IOException {
        List<String> hosts =
                servers.stream().map(HostAndPort::getHost).distinct().toList();
        List<Integer> ports =
                servers.stream().map(HostAndPort::getPort).distinct().toList();
        if ((long) hosts.size() * ports.size() != servers.stream().distinct().count()) {
            throw new IllegalArgumentException(
                    "servers %s: a pool's pods all serve on the same ports; give each server an address of its own and all one port"
                            .formatted(servers));
        }
        String more = labels.stream().map(label -> ", " + label).collect(Collectors.joining());
        String endpoints = hosts.stream()
                .map(host -> ENDPOINT.replace("${host}", host).replace("${labels}", more))
                .collect(Collectors.joining());
        String targets = ports.stream().map(port -> "{number: " + port + "}").collect(Collectors.joining(", "));
        Path path = Files.createTempDirectory("bench");
        Files.writeString(
                path.resolve(FILE),
                POOL.replace("${ports}", targets)
                        + endpoints
                        + documents.stream().map("---\n"::concat).collect(Collectors.joining()));
        return new PoolFolder(path);
    }

    @Override
    public void close() throws IOException {
        Files.delete(path.resolve(FILE));
        Files.delete(path);
    }
}
