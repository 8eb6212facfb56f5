package dev.sluice.e2e.operator;

/// Resources that several tests apply.
final class Yaml {

    private Yaml() {}

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
