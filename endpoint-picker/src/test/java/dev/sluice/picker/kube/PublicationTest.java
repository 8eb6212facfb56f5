package dev.sluice.picker.kube;

import static dev.sluice.picker.Fixtures.POOL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.picker.Fixtures;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.Resolution;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.decision.ScorerWeights;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.RoutePools;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.request.Affinity;
import dev.sluice.picker.settings.AdapterChecks;
import dev.sluice.picker.settings.PolicySettings;
import dev.sluice.picker.settings.PoolSettings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PublicationTest {
    private final Pools pools = new Pools(_ -> {});
    private final Publication publication = new Publication(pools, Replicas.fixed(1));

    record Fixed(List<HasMetadata> objects) implements Resources {
        @Override
        public <T extends HasMetadata> List<T> all(Class<T> kind) {
            return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
        }
    }

    static InferencePool pool() {
        return Serialization.unmarshal("""
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: llama, namespace: ml}
                spec:
                  selector: {matchLabels: {app: llama}}
                  targetPorts: [{number: 8000}, {number: 8001}]
                """, InferencePool.class);
    }

    /// @param metadata more fields, each with a leading comma
    static Pod pod(String name, String metadata, String status) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s%s}
                status: {%s}
                """.formatted(name, metadata, status), Pod.class);
    }

    static Pod ready(String name, String ip, String metadata) {
        return pod(
                name,
                ", namespace: ml, labels: {app: llama, nvidia.com/gpu.product: NVIDIA-H200}" + metadata,
                "podIP: " + ip + ", conditions: [{type: Ready, status: \"True\"}]");
    }

    static InferenceModel model(String name, String created, String spec) {
        return Serialization.unmarshal("""
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferenceModel
                metadata: {name: %s, namespace: ml, creationTimestamp: "%s"}
                spec: {poolRefs: [{name: llama}], %s}
                """.formatted(name, created, spec), InferenceModel.class);
    }

    static InferencePoolPolicy policy(String name, String created, String spec) {
        return Serialization.unmarshal("""
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferencePoolPolicy
                metadata: {name: %s, namespace: ml, creationTimestamp: "%s"}
                spec: {targetRefs: [{name: llama}], %s}
                """.formatted(name, created, spec), InferencePoolPolicy.class);
    }

    private List<Endpoint> publish(HasMetadata... others) {
        publication.publish(
                new Fixed(Stream.concat(Stream.of(pool()), Stream.of(others)).toList()));
        return pools.all().get(POOL).endpoints();
    }

    private static List<String> addresses(List<Endpoint> endpoints) {
        return endpoints.stream().map(Endpoint::address).toList();
    }

    private PublishedModel published(String model) {
        return publication.catalog().models(POOL).stream()
                .filter(each -> each.name().value().equals(model))
                .findFirst()
                .orElseThrow();
    }

    /// Of a model with one.
    private Target target(String model) {
        PublishedModel published = published(model);
        assertThat(resolve(model)).isEqualTo(new Resolution.Resolved(published));
        return published.target(published.targets().getFirst());
    }

    private Resolution resolve(String model) {
        return publication.catalog().resolve(new RoutePools(POOL, List.of()), new ModelName(model), 0);
    }

    @Test
    void aPodsLabelNamesItsEngine() {
        List<String> labels = List.of(
                "",
                ", llm-d.ai/engine-type: sglang",
                ", inference.networking.k8s.io/engine-type: triton-tensorrt-llm",
                ", llm-d.ai/engine-type: tgi, inference.networking.k8s.io/engine-type: vllm",
                ", llm-d.ai/engine-type: lmdeploy");
        HasMetadata[] pods = IntStream.range(0, labels.size())
                .mapToObj(i -> pod(
                        "pod-" + i,
                        ", namespace: ml, labels: {app: llama" + labels.get(i) + "}",
                        "podIP: 10.0.0." + i + ", conditions: [{type: Ready, status: \"True\"}]"))
                .toArray(HasMetadata[]::new);
        assertThat(publish(pods))
                .extracting(Endpoint::engine)
                .containsExactly(
                        Engine.DETECTED,
                        Engine.DETECTED,
                        Engine.SGLANG,
                        Engine.SGLANG,
                        Engine.TRITON_TENSORRT_LLM,
                        Engine.TRITON_TENSORRT_LLM,
                        Engine.TGI,
                        Engine.TGI,
                        Engine.DETECTED,
                        Engine.DETECTED);
    }

    @Test
    void eachPortOfEachReadyPodThatIsSelectedIsAnEndpoint() {
        assertThat(addresses(publish(ready("b", "10.0.0.2", ""), ready("a", "fd00::1", ""))))
                .containsExactly("[fd00::1]:8000", "[fd00::1]:8001", "10.0.0.2:8000", "10.0.0.2:8001");
    }

    @Test
    void podsThatAreNotReadyOrNotOursAreNone() {
        String ours = ", namespace: ml, labels: {app: llama}";
        String ready = "podIP: 10.0.0.9, conditions: [{type: Ready, status: \"True\"}]";
        assertThat(publish(
                        pod("not-ready", ours, "podIP: 10.0.0.9, conditions: [{type: Ready, status: \"False\"}]"),
                        pod("no-condition", ours, "podIP: 10.0.0.9"),
                        pod("no-address", ours, "conditions: [{type: Ready, status: \"True\"}]"),
                        pod("leaving", ours + ", deletionTimestamp: \"2026-01-01T00:00:00Z\"", ready),
                        pod("elsewhere", ", namespace: other, labels: {app: llama}", ready),
                        pod("another-app", ", namespace: ml, labels: {app: mistral}", ready),
                        pod("no-labels", ", namespace: ml", ready)))
                .isEmpty();
    }

    @Test
    void anAnnotationLimitsAPodToSomePorts() {
        assertThat(addresses(publish(
                        ready("a", "10.0.0.1", ", annotations: {llm-d.ai/active-ports: \"8001\"}"),
                        ready(
                                "b",
                                "10.0.0.2",
                                ", annotations: {inference.networking.k8s.io/active-ports: \"8000, 9\"}"),
                        ready("c", "10.0.0.3", ", annotations: {llm-d.ai/active-ports: \"\"}"))))
                .containsExactly("10.0.0.1:8001", "10.0.0.2:8000");
    }

    @Test
    void onlyNewEndpointsAreTold() {
        Resources before = new Fixed(List.of(pool(), ready("a", "10.0.0.1", "")));
        assertThat(publication.publish(before)).hasSize(2);
        assertThat(publication.publish(before)).isEmpty();
        Resources after = new Fixed(List.of(pool(), ready("a", "10.0.0.1", ""), ready("b", "10.0.0.2", "")));
        assertThat(addresses(publication.publish(after))).containsExactly("10.0.0.2:8000", "10.0.0.2:8001");
    }

    @Test
    void aPoolWithoutModelsPassesNamesThrough() {
        publish();
        assertThat(resolve("any")).isEqualTo(new Resolution.PassedThrough(Target.asIs(new ModelName("any"))));
    }

    @Test
    void theOldestModelHasTheName() {
        publish(
                model("young", "2026-02-02T00:00:00Z", "modelName: chat, targets: [{modelName: v2}]"),
                model("old", "2026-01-01T00:00:00Z", "modelName: chat, targets: [{modelName: v1}]"),
                model("z", "2026-01-01T00:00:00Z", "modelName: twin, targets: [{modelName: z}]"),
                model("a", "2026-01-01T00:00:00Z", "modelName: twin, targets: [{modelName: a}]"));
        assertThat(target("chat")).isEqualTo(new Target(new ModelName("chat"), new ModelName("v1"), null));
        assertThat(target("twin")).isEqualTo(new Target(new ModelName("twin"), new ModelName("a"), null));
        assertThat(resolve("gone")).isInstanceOf(Resolution.Unpublished.class);
    }

    @Test
    void theAdaptersOfAPoolsModelsAreChecked() {
        InferenceModel base = model("base", "2026-01-01T00:00:00Z", "modelName: llama");
        publish(base, policy("p", "2026-01-01T00:00:00Z", "signals: {adapterHealth: {grpcPort: 8081}}"));
        assertThat(pools.all().get(POOL).settings().signals().adapterChecks())
                .isEqualTo(new AdapterChecks(Set.of(), Set.of("llama"), true, 8081, Duration.ofSeconds(5)));
        InferenceModel sql = model("sql", "2026-01-01T00:00:00Z", "modelName: sql, targets: [{adapter: {name: a}}]");
        publish(base, sql);
        assertThat(pools.all().get(POOL).settings().signals().adapterChecks())
                .isEqualTo(new AdapterChecks(Set.of("a"), Set.of("llama"), true, 0, Duration.ofSeconds(5)));
        publish(
                base,
                sql,
                policy(
                        "p",
                        "2026-01-01T00:00:00Z",
                        "signals: {adapterHealth: {grpcPort: 8081, models: false, interval: 1s}}"));
        assertThat(pools.all().get(POOL).settings().signals().adapterChecks())
                .isEqualTo(new AdapterChecks(Set.of("a"), Set.of("llama"), false, 8081, Duration.ofSeconds(1)));
        publish(base, sql, policy("p", "2026-01-01T00:00:00Z", "signals: {adapterHealth: {models: false}}"));
        assertThat(pools.all().get(POOL).settings().signals().adapterChecks()).isEqualTo(AdapterChecks.NONE);
    }

    @Test
    void aTargetMayBeAnAdapterOrTheNameItself() {
        publish(
                model("sql", "2026-01-01T00:00:00Z", "modelName: sql, targets: [{adapter: {name: sql-lora}}]"),
                model("base", "2026-01-02T00:00:00Z", "modelName: base"));
        ModelName adapter = new ModelName("sql-lora");
        assertThat(target("sql")).isEqualTo(new Target(new ModelName("sql"), adapter, adapter));
        assertThat(target("base")).isEqualTo(Target.asIs(new ModelName("base")));
    }

    @Test
    void sessionsAreKeptWhereTheModelAsksForIt() {
        publish(
                model("none", "2026-01-01T00:00:00Z", "modelName: none"),
                model("usual", "2026-01-01T00:00:00Z", "modelName: usual, sessionAffinity: {}"),
                model(
                        "own",
                        "2026-01-01T00:00:00Z",
                        "modelName: own, sessionAffinity: {cookieName: sid, timeToLive: 10m, mode: Strict}"));
        assertThat(published("none").affinity()).isNull();
        assertThat(published("usual").affinity())
                .isEqualTo(new Affinity("stickiness.cookie", Duration.ofHours(1), Affinity.AffinityMode.SOFT));
        assertThat(published("own").affinity())
                .isEqualTo(new Affinity("sid", Duration.ofMinutes(10), Affinity.AffinityMode.STRICT));
    }

    @Test
    void theHardwareIsWhatThePolicySaysElseWhatThePodsLabelsSay() {
        InferenceModel base = model("base", "2026-01-01T00:00:00Z", "modelName: llama-3.1-8b");
        assertThat(publish(base, ready("a", "10.0.0.1", "")).getFirst().hardware())
                .isEqualTo(new Hardware("NVIDIA-H200", 1, "llama-3.1-8b"));
        InferencePoolPolicy policy = policy(
                "p",
                "2026-01-01T00:00:00Z",
                "accelerators: [{matchLabels: {gpu: x}, model: L40S}, {model: A100, count: 4}]");
        assertThat(publish(base, policy, ready("a", "10.0.0.1", "")).getFirst().hardware())
                .isEqualTo(new Hardware("A100", 4, "llama-3.1-8b"));
    }

    @Test
    void theOldestPolicyOfThePoolCounts() {
        publish();
        assertThat(pools.all().get(POOL).settings()).isEqualTo(PoolSettings.DEFAULT);
        publish(
                policy("young", "2026-02-02T00:00:00Z", "scheduling: {policy: Random}"),
                policy(
                        "old",
                        "2026-01-01T00:00:00Z",
                        "scheduling: {policy: LeastRequest}, signals: {pollInterval: 100ms, staleness: 5s, adaptivePolling: false}"));
        assertThat(pools.all().get(POOL).settings())
                .isEqualTo(Fixtures.polled(Duration.ofMillis(100), Duration.ofSeconds(5), false)
                        .withPolicy(PolicySettings.of(PolicyKind.LEAST_REQUEST)));
    }

    @Test
    void aPolicyHasEnginesAskedForTokenCounts() {
        publish(policy("p", "2026-01-01T00:00:00Z", "requestUsage: true"));
        assertThat(pools.all().get(POOL).settings().requestUsage()).isTrue();
    }

    @Test
    void aPoolThatIsDeletedIsGone() {
        publish(ready("a", "10.0.0.1", ""));
        publication.publish(new Fixed(List.of()));
        assertThat(pools.all()).isEmpty();
    }

    @Test
    void upstreamsWeightsAreThoseOfPoolsThatAreWeightedOrHaveNoPolicy() {
        ScorerWeights weights = new ScorerWeights(1, 0, 5);
        Publication weighted = new Publication(pools, Replicas.fixed(1), weights);
        weighted.publish(new Fixed(List.of(pool())));
        assertThat(pools.all().get(POOL).settings())
                .isEqualTo(PoolSettings.DEFAULT.withPolicy(new PolicySettings(PolicyKind.WEIGHTED, weights)));
        weighted.publish(new Fixed(List.of(pool(), policy("p", "2026-01-01T00:00:00Z", "scheduling: {policy: Cost}"))));
        assertThat(pools.all().get(POOL).settings().policy().kind()).isEqualTo(PolicyKind.COST);
    }
}
