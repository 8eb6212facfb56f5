package dev.sluice.picker.kube;

import dev.sluice.api.ApiDuration;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1.Port;
import dev.sluice.api.v1alpha1.Accelerator;
import dev.sluice.api.v1alpha1.AdapterHealth;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.api.v1alpha1.InferencePoolPolicySpec;
import dev.sluice.api.v1alpha1.Signals;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.decision.ScorerWeights;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.Pools.PoolSpec;
import dev.sluice.picker.settings.AdapterChecks;
import dev.sluice.picker.settings.PolicySettings;
import dev.sluice.picker.settings.PollSettings;
import dev.sluice.picker.settings.PoolSettings;
import dev.sluice.picker.settings.SignalSettings;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads a pool's members: each ready pod that the selector matches is one [Endpoint] for each of its ports.
final class Endpoints {
    /// The annotation that limits a pod to some of the pool's ports: a comma-separated list; upstream's name
    /// and its older name.
    static final List<String> ACTIVE_PORTS =
            List.of("llm-d.ai/active-ports", "inference.networking.k8s.io/active-ports");

    /// The label with the engine that a pod runs: upstream's name and its older name.
    private static final List<String> ENGINE_TYPES =
            List.of("llm-d.ai/engine-type", "inference.networking.k8s.io/engine-type");

    /// The labels that GPU feature discovery sets on nodes, for pods that carry them over.
    private static final String GPU_PRODUCT = "nvidia.com/gpu.product";

    private Endpoints() {}

    /// @param weights of pools that are weighted, among them then those without a policy; null for upstream's
    ///     weights, and the usual policy where there is none
    static PoolSpec of(
            InferencePool pool, Resources resources, List<PublishedModel> published, @Nullable ScorerWeights weights) {
        PoolId id = Publication.id(pool);
        Optional<InferencePoolPolicySpec> policy = policyOf(id, resources.all(InferencePoolPolicy.class));
        List<Accelerator> accelerators =
                policy.map(InferencePoolPolicySpec::accelerators).orElse(List.of());
        String baseModel = Models.base(published);
        List<EndpointSpec> endpoints = new ArrayList<>();
        resources.all(Pod.class).stream()
                .filter(pod -> id.namespace().equals(pod.getMetadata().getNamespace()))
                .filter(pod -> pool.getSpec().selector().matches(labels(pod)))
                .filter(Endpoints::isReady)
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .forEach(pod -> addEndpoints(
                        endpoints, pool, pod, hardware(pod, accelerators, baseModel), isDeclared(pod, accelerators)));
        InferencePoolPolicySpec wanted = policy.orElse(InferencePoolPolicySpec.DEFAULTS);
        PoolSettings settings = settings(wanted, published, pool.getSpec().targetPorts());
        if (weights != null) {
            PolicyKind kind = policy.isPresent() ? settings.policy().kind() : PolicyKind.WEIGHTED;
            settings = settings.withPolicy(new PolicySettings(kind, weights));
        }
        return new PoolSpec(id, settings, endpoints);
    }

    /// @throws RuntimeException when something of it cannot be read
    static void check(InferencePool pool) {
        Publication.id(pool);
        pool.getSpec().selector().matches(Map.of());
    }

    /// @throws RuntimeException when something of it cannot be read
    static void check(InferencePoolPolicy policy) {
        InferencePoolPolicySpec spec = policy.getSpec();
        spec.targetRefs().forEach(ref -> ref.isPool(""));
        spec.accelerators().forEach(each -> new Hardware(each.model(), each.count(), ""));
        settings(spec, List.of(), List.of());
    }

    /// @throws RuntimeException when something of it cannot be read
    static void check(Pod pod) {
        if (isReady(pod)) {
            hardware(pod, List.of(), "");
            activePorts(pod);
            engine(pod);
        }
    }

    /// The policy of a pool; of several policies the oldest counts.
    private static Optional<InferencePoolPolicySpec> policyOf(PoolId pool, List<InferencePoolPolicy> policies) {
        return policies.stream()
                .filter(policy -> pool.namespace().equals(policy.getMetadata().getNamespace()))
                .filter(policy -> policy.getSpec().targetRefs().stream().anyMatch(ref -> ref.isPool(pool.name())))
                .min(Comparator.comparing((InferencePoolPolicy policy) ->
                                Objects.requireNonNullElse(policy.getMetadata().getCreationTimestamp(), ""))
                        .thenComparing(policy -> policy.getMetadata().getName()))
                .map(InferencePoolPolicy::getSpec);
    }

    private static PoolSettings settings(
            InferencePoolPolicySpec policy, List<PublishedModel> published, List<Port> targetPorts) {
        PolicyKind kind = switch (policy.scheduling().policy()) {
            case COST -> PolicyKind.COST;
            case WEIGHTED -> PolicyKind.WEIGHTED;
            case LEAST_REQUEST -> PolicyKind.LEAST_REQUEST;
            case ROUND_ROBIN -> PolicyKind.ROUND_ROBIN;
            case RANDOM -> PolicyKind.RANDOM;
        };
        return new PoolSettings(
                PolicySettings.of(kind),
                signals(policy.signals(), published, targetPorts),
                QueueSettings.settings(policy.admission()),
                policy.requestUsage(),
                1);
    }

    private static SignalSettings signals(Signals wanted, List<PublishedModel> published, List<Port> targetPorts) {
        PollSettings polling = new PollSettings(
                ApiDuration.parse(wanted.pollInterval()),
                ApiDuration.parse(wanted.staleness()),
                wanted.adaptivePolling());
        return new SignalSettings(
                polling, Sources.of(wanted, targetPorts), adapterChecks(wanted.adapterHealth(), published));
    }

    private static AdapterChecks adapterChecks(AdapterHealth wanted, List<PublishedModel> published) {
        AdapterChecks checks = new AdapterChecks(
                Models.adapters(published),
                Models.bases(published),
                wanted.models(),
                Objects.requireNonNullElse(wanted.grpcPort(), 0),
                ApiDuration.parse(wanted.interval()));
        return checks.isNone() ? AdapterChecks.NONE : checks;
    }

    static boolean isReady(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus() != null
                && pod.getStatus().getPodIP() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(each -> each.getType().equals("Ready")
                                && each.getStatus().equals("True"));
    }

    private static void addEndpoints(
            List<EndpointSpec> to, InferencePool pool, Pod pod, Hardware hardware, boolean declared) {
        String node = Objects.requireNonNullElse(pod.getStatus().getHostIP(), "");
        String uid = Objects.requireNonNullElse(pod.getMetadata().getUid(), "");
        Optional<Set<String>> active = activePorts(pod);
        Engine engine = engine(pod);
        for (Port port : pool.getSpec().targetPorts()) {
            if (active.isEmpty() || active.get().contains(Integer.toString(port.number()))) {
                EndpointId id = new EndpointId(
                        pod.getMetadata().getName(), pod.getStatus().getPodIP(), port.number());
                to.add(new EndpointSpec(id, hardware, engine, declared, node, uid));
            }
        }
    }

    /// An engine that no label names, or by a name that is not known, is told by its metrics.
    private static Engine engine(Pod pod) {
        Map<String, String> labels = labels(pod);
        return ENGINE_TYPES.stream()
                .map(labels::get)
                .filter(Objects::nonNull)
                .findFirst()
                .flatMap(Engine::labelled)
                .orElse(Engine.DETECTED);
    }

    private static Optional<Set<String>> activePorts(Pod pod) {
        Map<String, String> annotations =
                Objects.requireNonNullElse(pod.getMetadata().getAnnotations(), Map.of());
        return ACTIVE_PORTS.stream()
                .map(annotations::get)
                .filter(Objects::nonNull)
                .findFirst()
                .map(list -> Arrays.stream(list.split(",", -1))
                        .map(String::strip)
                        .filter(port -> !port.isEmpty())
                        .collect(Collectors.toSet()));
    }

    /// The hardware of a pod: by the pool's policy, else by the pod's labels.
    private static Hardware hardware(Pod pod, List<Accelerator> accelerators, String baseModel) {
        Map<String, String> labels = labels(pod);
        return accelerators.stream()
                .filter(each -> each.matches(labels))
                .findFirst()
                .map(each -> new Hardware(each.model(), each.count(), baseModel))
                .orElseGet(() -> new Hardware(labels.getOrDefault(GPU_PRODUCT, ""), 1, baseModel));
    }

    private static boolean isDeclared(Pod pod, List<Accelerator> accelerators) {
        return accelerators.stream().anyMatch(each -> each.matches(labels(pod)));
    }

    private static Map<String, String> labels(Pod pod) {
        return Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
    }
}
