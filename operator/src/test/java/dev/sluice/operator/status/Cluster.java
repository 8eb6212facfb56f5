package dev.sluice.operator.status;

import dev.sluice.operator.YamlResources;
import dev.sluice.operator.resolve.Resolver;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.resolve.resources.Installation.SharedPicker;
import dev.sluice.operator.status.Observed.GatewayState;
import dev.sluice.operator.status.Observed.PoolReading;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;

/// Resources and what is seen of the running parts, at a moment.
record Cluster(YamlResources resources, Installation installation, Observed observed) {

    static final String NOW = "2026-11-24T12:00:00Z";

    static final Installation SHARED =
            Installation.defaults().withPicker(new SharedPicker(null, "sluice-endpoint-picker", 9002));

    static final GatewayState UP = new GatewayState(List.of("10.0.0.9"), 1, null);

    static final String GATEWAY = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: gateway, namespace: ml, generation: 3}
            spec: {gatewayClassName: sluice, listeners: [{name: http, protocol: HTTP, port: 80}]}
            ---
            """;

    static final String PICKER = """
            apiVersion: v1
            kind: Service
            metadata: {name: sluice-endpoint-picker, namespace: ml}
            spec: {ports: [{port: 9002}]}
            ---
            """;

    static Cluster of(String yaml) {
        return new Cluster(YamlResources.parse(yaml), SHARED, Observed.nothing());
    }

    static String route(String name, String parents, String... pools) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: %s, namespace: ml, generation: 5}
                spec: {parentRefs: [%s], rules: [{backendRefs: [%s]}]}
                ---
                """.formatted(
                name,
                parents,
                String.join(
                        ", ",
                        List.of(pools).stream()
                                .map("{group: inference.networking.k8s.io, kind: InferencePool, name: %s}"::formatted)
                                .toList()));
    }

    static String pool(String name, String more) {
        return """
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: %s, namespace: ml, generation: 7}
                spec: {selector: {matchLabels: {app: %s}}, targetPorts: [{number: 8000}]%s}
                ---
                """.formatted(name, name, more);
    }

    Cluster with(Installation other) {
        return new Cluster(resources, other, observed);
    }

    Cluster withGateway(GatewayState state) {
        return new Cluster(resources, installation, new Observed(Map.of("ml/gateway", state), observed.pools()));
    }

    Cluster withPools(Map<String, PoolReading> readings) {
        return new Cluster(resources, installation, new Observed(observed.gateways(), readings));
    }

    Report report() {
        return report(NOW);
    }

    Report report(String now) {
        return new Report(resources, installation, Resolver.resolve(resources, installation), observed, now);
    }

    <T extends HasMetadata> T get(Class<T> kind, String name) {
        return resources.all(kind).stream()
                .filter(each -> name.equals(each.getMetadata().getName()))
                .findFirst()
                .orElseThrow();
    }

    /// Each as `Type=Status/Reason`.
    static List<String> brief(List<Condition> conditions) {
        return conditions.stream()
                .map(each -> each.getType() + "=" + each.getStatus() + "/" + each.getReason())
                .toList();
    }

    static Condition find(List<Condition> conditions, String type) {
        return conditions.stream()
                .filter(each -> type.equals(each.getType()))
                .findFirst()
                .orElseThrow();
    }
}
