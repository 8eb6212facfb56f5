package dev.sluice.images.training;

import dev.sluice.standalone.training.Engines;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A Gateway with a route to a pool, in a cluster where this replica leads.
final class OperatorCourse {
    private static final int ENDPOINTS = 20;
    private static final Duration WORK = Duration.ofSeconds(3);
    private static final String RESOURCES = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: GatewayClass
            metadata: {name: sluice}
            spec: {controllerName: sluice.dev/gateway-controller}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: inference, namespace: default}
            spec:
              gatewayClassName: sluice
              listeners: [{name: http, protocol: HTTP, port: 80}]
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: llama, namespace: default}
            spec:
              parentRefs: [{name: inference}]
              rules:
                - backendRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: default}]
            """;

    private OperatorCourse() {}

    static void run(List<String> java, Path log) throws IOException, InterruptedException {
        int xds = Trainee.freePort();
        int http = Trainee.freePort();
        List<String> arguments = List.of("--bind-address=127.0.0.1", "--xds-port=" + xds, "--http-port=" + http);
        try (ApiServer cluster = ApiServer.start();
                Engines engines = Engines.start(ENDPOINTS)) {
            engines.deploy(cluster.client());
            create(cluster.client(), RESOURCES);
            try (Trainee operator = Trainee.start(java, arguments, cluster.environment(), log)) {
                String server = "http://localhost:" + http;
                operator.await(URI.create(server + "/readyz"));
                Thread.sleep(WORK);
                for (String page : List.of("/metrics", "/healthz", "/readyz")) {
                    Trainee.get(URI.create(server + page));
                }
            }
        }
    }

    private static void create(KubernetesClient client, String yaml) {
        client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .create();
    }
}
