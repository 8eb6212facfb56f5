package dev.sluice.e2e.stack;

import java.util.List;

/// The resources of a test, as the YAML that a user would write.
public final class Manifests {
    /// The port that the Gateway says; a test's Envoy binds a free one in its place.
    static final int GATEWAY_PORT = 8080;

    private static final String DOCUMENT = "---\n";

    private Manifests() {}

    public static String all(String... documents) {
        return String.join(DOCUMENT, documents);
    }

    /// One pool behind one route that takes everything.
    public static String onePool(String failureMode, Loopback pods) {
        return all(
                gateway(),
                route("all", "{path: {type: PathPrefix, value: /}}", "pool"),
                pool("pool", failureMode, pods.port()),
                endpoints("pool", pods.hosts()));
    }

    public static String gateway() {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: inference}
                spec:
                  gatewayClassName: sluice
                  listeners:
                    - {name: http, port: %d, protocol: HTTP}
                """.formatted(GATEWAY_PORT);
    }

    /// @param match in YAML's flow style
    public static String route(String name, String match, String pool) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: %s}
                spec:
                  parentRefs: [{name: inference}]
                  rules:
                    - matches: [%s]
                      backendRefs:
                        - {group: inference.networking.k8s.io, kind: InferencePool, name: %s}
                """.formatted(name, match, pool);
    }

    /// A route that takes everything for one host name.
    public static String hostRoute(String name, String hostname, String pool) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: %s}
                spec:
                  parentRefs: [{name: inference}]
                  hostnames: [%s]
                  rules:
                    - backendRefs:
                        - {group: inference.networking.k8s.io, kind: InferencePool, name: %s}
                """.formatted(name, hostname, pool);
    }

    /// A pool of the pods labelled `app: NAME`.
    public static String pool(String name, String failureMode, int... ports) {
        StringBuilder targetPorts = new StringBuilder();
        for (int port : ports) {
            targetPorts.append("{number: ").append(port).append("}, ");
        }
        return """
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: %s}
                spec:
                  selector: {matchLabels: {app: %s}}
                  targetPorts: [%s]
                  endpointPickerRef: {name: picker, port: {number: 9002}, failureMode: %s}
                """.formatted(name, name, targetPorts, failureMode);
    }

    /// The same pool, whose pods speak HTTP/2 without TLS.
    public static String h2c(String pool) {
        return pool + "  appProtocol: kubernetes.io/h2c\n";
    }

    /// Pods labelled `app: NAME`.
    public static String endpoints(String name, List<String> hosts) {
        StringBuilder list = new StringBuilder("""
                apiVersion: inference.sluice.dev/v1alpha1
                kind: EndpointList
                metadata: {name: %s}
                spec:
                  endpoints:
                """.formatted(name));
        for (int i = 0; i < hosts.size(); i++) {
            list.append("    - {name: %s-%d, address: %s, labels: {app: %s}}\n".formatted(name, i, hosts.get(i), name));
        }
        return list.toString();
    }

    /// A model that the pool's servers serve under its own name.
    public static String model(String name, String modelName, String pool) {
        return """
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferenceModel
                metadata: {name: %s}
                spec:
                  modelName: %s
                  poolRefs: [{name: %s}]
                """.formatted(name, modelName, pool);
    }

    /// A model that is an adapter of the pool's base model.
    public static String adapter(String name, String modelName, String pool, String adapter) {
        return model(name, modelName, pool) + "  targets: [{adapter: {name: %s}}]\n".formatted(adapter);
    }

    /// A policy of that pool; `settings` is YAML in flow style, without braces.
    public static String policy(String pool, String settings) {
        return """
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferencePoolPolicy
                metadata: {name: %s}
                spec: {targetRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: %s}], %s}
                """.formatted(pool, pool, settings);
    }
}
