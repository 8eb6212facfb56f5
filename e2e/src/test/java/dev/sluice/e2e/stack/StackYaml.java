package dev.sluice.e2e.stack;

import java.util.List;

/// The resources of a [GatewayStack]: one Gateway, one route, one pool `llama`, a base model and an adapter of it.
final class StackYaml {
    private StackYaml() {}

    static String gateway(int port) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: inference}
                spec:
                  gatewayClassName: sluice
                  listeners: [{name: http, port: %d, protocol: HTTP}]
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: llama}
                spec:
                  parentRefs: [{name: inference}]
                  rules:
                    - backendRefs:
                        - {group: inference.networking.k8s.io, kind: InferencePool, name: llama}
                """.formatted(port);
    }

    static String pool(int port) {
        return """
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: llama}
                spec:
                  selector: {matchLabels: {app: llama}}
                  targetPorts: [{number: %d}]
                  endpointPickerRef: {name: picker, port: {number: 9002}, failureMode: FailClose}
                """.formatted(port);
    }

    static String models() {
        return """
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferenceModel
                metadata: {name: base}
                spec: {modelName: %s, poolRefs: [{name: llama}]}
                ---
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferenceModel
                metadata: {name: adapter}
                spec: {modelName: %s, poolRefs: [{name: llama}], targets: [{adapter: {name: %s}}]}
                """.formatted(GatewayStack.MODEL, GatewayStack.ADAPTER_MODEL, GatewayStack.ADAPTER);
    }

    static String endpoints(List<String> addresses) {
        StringBuilder list = new StringBuilder("""
                apiVersion: inference.sluice.dev/v1alpha1
                kind: EndpointList
                metadata: {name: llama}
                spec:
                  endpoints:
                """);
        for (int index = 0; index < addresses.size(); index++) {
            list.append("    - {name: llama-%d, address: %s, labels: {app: llama}}%n"
                    .formatted(index, addresses.get(index)));
        }
        return list.toString();
    }
}
