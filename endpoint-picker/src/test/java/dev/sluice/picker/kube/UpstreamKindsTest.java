package dev.sluice.picker.kube;

import static dev.sluice.picker.Fixtures.POOL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.upstream.LegacyInferenceModel;
import dev.sluice.api.upstream.LegacyInferencePool;
import dev.sluice.api.upstream.LegacyModelRewrite;
import dev.sluice.api.upstream.LlmdModelRewrite;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.PublishedModel.WeightedTarget;
import dev.sluice.picker.catalog.Resolution;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.RoutePools;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Pools;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Resources as users of upstream's pickers have them.
class UpstreamKindsTest {
    private final Pools pools = new Pools(_ -> {});
    private final Publication publication = new Publication(pools, Replicas.fixed(1));

    private record Fixed(List<HasMetadata> objects) implements Resources {
        @Override
        public <T extends HasMetadata> List<T> all(Class<T> kind) {
            return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
        }
    }

    private static LegacyInferencePool legacyPool() {
        return Serialization.unmarshal("""
                apiVersion: inference.networking.x-k8s.io/v1alpha2
                kind: InferencePool
                metadata: {name: llama, namespace: ml}
                spec:
                  selector: {app: llama}
                  targetPortNumber: 8000
                  extensionRef: {name: llama-epp, failureMode: FailOpen}
                status: {parent: [{parentRef: {kind: Status, name: default}}]}
                """, LegacyInferencePool.class);
    }

    private static InferencePool pool() {
        return Serialization.unmarshal("""
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: llama, namespace: ml}
                spec: {selector: {matchLabels: {app: llama}}, targetPorts: [{number: 9000}]}
                """, InferencePool.class);
    }

    private static Pod pod() {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: llama-1, namespace: ml, labels: {app: llama}}
                status: {podIP: 10.0.0.1, conditions: [{type: Ready, status: "True"}]}
                """, Pod.class);
    }

    private static LegacyInferenceModel legacyModel(String spec) {
        return Serialization.unmarshal("""
                apiVersion: inference.networking.x-k8s.io/v1alpha2
                kind: InferenceModel
                metadata: {name: chat, namespace: ml, creationTimestamp: "2025-06-01T00:00:00Z"}
                spec: {modelName: chat, criticality: Critical, poolRef: {name: llama}, %s}
                """.formatted(spec), LegacyInferenceModel.class);
    }

    private static <T extends HasMetadata> T rewrite(Class<T> kind, String name, String created, String rules) {
        return Serialization.unmarshal("""
                apiVersion: %s
                kind: InferenceModelRewrite
                metadata: {name: %s, namespace: ml, creationTimestamp: "%s"}
                spec: {poolRef: {group: inference.networking.k8s.io, kind: InferencePool, name: llama}, rules: [%s]}
                """.formatted(HasMetadata.getApiVersion(kind), name, created, rules), kind);
    }

    private Catalog publish(HasMetadata... objects) {
        publication.publish(new Fixed(List.of(objects)));
        return publication.catalog();
    }

    private static String served(Catalog catalog, String model, long seed) {
        return switch (catalog.resolve(new RoutePools(POOL, List.of()), new ModelName(model), seed)) {
            case Resolution.PassedThrough(Target target) -> target.served().value();
            case Resolution.Resolved(PublishedModel published) ->
                published.targets().getFirst().served().value();
            case Resolution.Movable _, Resolution.Unpublished _ -> "none";
        };
    }

    @Test
    void anOlderPoolIsAPool() {
        publish(legacyPool(), pod());
        assertThat(pools.all().get(POOL).endpoints())
                .extracting(Endpoint::address)
                .containsExactly("10.0.0.1:8000");
        publish(legacyPool(), pool(), pod());
        assertThat(pools.all().get(POOL).endpoints())
                .extracting(Endpoint::address)
                .containsExactly("10.0.0.1:9000");
    }

    @Test
    void anOlderModelIsPublished() {
        Catalog catalog = publish(pool(), legacyModel("targetModels: [{name: v1, weight: 3}, {name: v2, weight: 1}]"));
        assertThat(catalog.models(POOL).iterator().next().targets())
                .containsExactly(
                        new WeightedTarget(new ModelName("v1"), null, 3),
                        new WeightedTarget(new ModelName("v2"), null, 1));
        assertThat(served(catalog, "other", 0)).isEqualTo("none");
        assertThat(catalog.listed(new RoutePools(POOL, List.of())).getFirst().created())
                .isEqualTo(1_748_736_000L);
        assertThat(served(publish(pool(), legacyModel("")), "chat", 0)).isEqualTo("chat");
    }

    @Test
    void rewritesNameTheModelsThatRequestsGoOnAs() {
        Catalog catalog = publish(
                pool(),
                rewrite(
                        LlmdModelRewrite.class,
                        "younger",
                        "2026-02-01T00:00:00Z",
                        "{matches: [{model: {type: Exact, value: a}}, {model: {value: b}}], targets: [{modelRewrite: y}]},"
                                + "{targets: [{modelRewrite: late}]}"),
                rewrite(
                        LegacyModelRewrite.class,
                        "older",
                        "2026-01-01T00:00:00Z",
                        "{targets: [{modelRewrite: any}]}, {targets: [{modelRewrite: second}]},"
                                + "{matches: [{model: {value: a}}], targets: [{modelRewrite: o}]}"));
        assertThat(served(catalog, "a", 0)).isEqualTo("o");
        assertThat(served(catalog, "b", 0)).isEqualTo("y");
        assertThat(served(catalog, "c", 0)).isEqualTo("any");
        assertThat(catalog.unnamed(POOL, 0)).isEqualTo(new ModelName("any"));
    }

    @Test
    void targetsWithoutWeightGetNothingWhereOthersHaveOne() {
        Catalog catalog = publish(
                pool(),
                rewrite(
                        LlmdModelRewrite.class,
                        "mixed",
                        "2026-01-01T00:00:00Z",
                        "{matches: [{model: {value: a}}], targets: [{modelRewrite: x}, {modelRewrite: y, weight: 2}]},"
                                + "{matches: [{model: {value: b}}], targets: [{modelRewrite: x}, {modelRewrite: y}]}"));
        for (long seed = 0; seed < 10; seed++) {
            assertThat(served(catalog, "a", seed)).isEqualTo("y");
            assertThat(served(catalog, "b", seed)).isEqualTo(seed % 2 == 0 ? "x" : "y");
        }
        assertThat(served(catalog, "c", 0)).isEqualTo("c");
        assertThat(catalog.unnamed(POOL, 0)).isNull();
    }
}
