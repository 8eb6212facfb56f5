package dev.sluice.e2e.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;

/// Resources that several tests apply.
final class Yaml {

    static final String GATEWAY_CLASS = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: GatewayClass
            metadata: {name: sluice}
            spec: {controllerName: sluice.dev/gateway-controller}
            """;

    private Yaml() {}

    /// Creates every resource of a text in that namespace.
    static void create(KubernetesClient client, String namespace, String yaml) {
        client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items()
                .forEach(item -> client.resource(item).inNamespace(namespace).create());
    }

    static String gateway(String name, int port) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: %s}
                spec:
                  gatewayClassName: sluice
                  listeners: [{name: http, protocol: HTTP, port: %d}]
                """.formatted(name, port);
    }

    static String pool(String name) {
        return """
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: %s}
                spec:
                  selector: {matchLabels: {app: llama}}
                  targetPorts: [{number: 8000}]
                  endpointPickerRef: {name: theirs, port: {number: 9002}}
                """.formatted(name);
    }
}
