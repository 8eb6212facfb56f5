package dev.sluice.standalone.training;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Model servers that only tell their metrics: all of them one socket, which has every address of 127.0.0.0/8.
public final class Engines implements AutoCloseable {
    private static final String POOL = "pool.yaml";
    private static final String ENDPOINTS = "endpoints.yaml";
    private static final int HISTOGRAM_LINES = 400;

    private final HttpServer server;
    private final int count;

    private Engines(HttpServer server, int count) {
        this.server = server;
        this.count = count;
    }

    public static Engines start(int count) throws IOException {
        byte[] page = page().getBytes(StandardCharsets.UTF_8);
        HttpServer server = HttpServer.create(new InetSocketAddress(0), 0);
        server.createContext("/metrics", exchange -> {
            try (exchange) {
                exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
                exchange.sendResponseHeaders(200, page.length);
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(page);
                }
            }
        });
        server.start();
        return new Engines(server, count);
    }

    /// A page of about 40 KB, as vLLM's is.
    private static String page() {
        String gauges = """
                # TYPE vllm:num_requests_running gauge
                vllm:num_requests_running{engine="0",model_name="llama"} 3.0
                # TYPE vllm:num_requests_waiting gauge
                vllm:num_requests_waiting{engine="0",model_name="llama"} 0.0
                # TYPE vllm:kv_cache_usage_perc gauge
                vllm:kv_cache_usage_perc{engine="0",model_name="llama"} 0.25
                # TYPE vllm:cache_config_info gauge
                vllm:cache_config_info{block_size="16",engine="0",num_gpu_blocks="27000"} 1.0
                # TYPE vllm:e2e_request_latency_seconds histogram
                """;
        return IntStream.range(0, HISTOGRAM_LINES)
                .mapToObj(
                        "vllm:e2e_request_latency_seconds_bucket{engine=\"0\",le=\"%d.0\",model_name=\"llama\"} 12.0%n"
                                ::formatted)
                .collect(Collectors.joining("", gauges, ""));
    }

    /// Deletes a folder that described some.
    public static void forget(Path folder) throws IOException {
        for (String file : List.of(POOL, ENDPOINTS)) {
            Files.deleteIfExists(folder.resolve(file));
        }
        Files.delete(folder);
    }

    /// Writes a pool of these servers, and the model that it serves, as the files of a folder.
    public void describe(Path folder) throws IOException {
        Files.writeString(folder.resolve(POOL), pool());
        Files.writeString(
                folder.resolve(ENDPOINTS),
                IntStream.range(0, count)
                        .mapToObj(i ->
                                "    - {name: llama-%d, address: %s, labels: {app: llama}}%n".formatted(i, address(i)))
                        .collect(Collectors.joining("", """
                                apiVersion: inference.sluice.dev/v1alpha1
                                kind: EndpointList
                                metadata: {name: llama}
                                spec:
                                  endpoints:
                                """, "")));
    }

    /// Creates the same in a cluster, with pods that are ready.
    public void deploy(KubernetesClient cluster) {
        cluster.load(new ByteArrayInputStream(pool().getBytes(StandardCharsets.UTF_8)))
                .inNamespace("default")
                .create();
        for (int i = 0; i < count; i++) {
            cluster.resource(pod(i)).create();
        }
    }

    private static Pod pod(int i) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("llama-" + i)
                .withNamespace("default")
                .addToLabels("app", "llama")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .withPodIP(address(i))
                .addNewPodIP(address(i))
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
    }

    private static String address(int i) {
        return "127.1.%d.%d".formatted(i / 200, 1 + i % 200);
    }

    private String pool() {
        return """
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: default}
                spec:
                  selector: {matchLabels: {app: llama}}
                  targetPorts: [{number: %d}]
                  endpointPickerRef: {name: picker, port: {number: 9002}}
                ---
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferenceModel
                metadata: {name: llama}
                spec:
                  modelName: %s
                  poolRefs: [{name: default}]
                ---
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferenceModel
                metadata: {name: support}
                spec:
                  modelName: support
                  poolRefs: [{name: default}]
                  targets: [{adapter: {name: support-v1}}]
                """.formatted(server.getAddress().getPort(), Bodies.MODEL);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
