package dev.sluice.picker.kube;

import dev.sluice.api.ApiDuration;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1.Port;
import dev.sluice.api.v1alpha1.Accelerator;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.api.v1alpha1.InferencePoolPolicySpec;
import dev.sluice.api.v1alpha1.KvEvents;
import dev.sluice.picker.model.EndpointId;
import dev.sluice.picker.model.PolicyKind;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.KvEventPorts;
import dev.sluice.picker.pool.PoolSettings;
import dev.sluice.picker.pool.Pools.PoolSpec;
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
    /// Limits a pod to some of the pool's ports: a comma-separated list; upstream's name and its older one.
    private static final List<String> ACTIVE_PORTS =
            List.of("llm-d.ai/active-ports", "inference.networking.k8s.io/active-ports");

    /// What GPU feature discovery labels nodes with, for pods that carry it over.
    private static final String GPU_PRODUCT = "nvidia.com/gpu.product";

    private Endpoints() {}

    static PoolSpec of(InferencePool pool, Resources resources, String baseModel) {
        PoolId id = Publication.id(pool);
        Optional<InferencePoolPolicySpec> policy = policyOf(id, resources.inferencePoolPolicies());
        List<Accelerator> accelerators =
                policy.map(InferencePoolPolicySpec::accelerators).orElse(List.of());
        List<EndpointSpec> endpoints = new ArrayList<>();
        resources.pods().stream()
                .filter(pod -> id.namespace().equals(pod.getMetadata().getNamespace()))
                .filter(pod -> pool.getSpec().selector().matches(labels(pod)))
                .filter(Endpoints::isReady)
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .forEach(pod -> addEndpoints(endpoints, pool, pod, hardware(pod, accelerators, baseModel)));
        return new PoolSpec(id, policy.map(each -> settings(each, pool)).orElse(PoolSettings.DEFAULT), endpoints);
    }

    /// Of several policies for one pool the oldest counts.
    private static Optional<InferencePoolPolicySpec> policyOf(PoolId pool, List<InferencePoolPolicy> policies) {
        return policies.stream()
                .filter(policy -> pool.namespace().equals(policy.getMetadata().getNamespace()))
                .filter(policy -> policy.getSpec().targetRefs().stream().anyMatch(ref -> ref.isPool(pool.name())))
                .min(Comparator.comparing((InferencePoolPolicy policy) ->
                                Objects.requireNonNullElse(policy.getMetadata().getCreationTimestamp(), ""))
                        .thenComparing(policy -> policy.getMetadata().getName()))
                .map(InferencePoolPolicy::getSpec);
    }

    private static PoolSettings settings(InferencePoolPolicySpec policy, InferencePool pool) {
        PolicyKind kind = switch (policy.scheduling().policy()) {
            case COST -> PolicyKind.COST;
            case WEIGHTED -> PolicyKind.WEIGHTED;
            case LEAST_REQUEST -> PolicyKind.LEAST_REQUEST;
            case ROUND_ROBIN -> PolicyKind.ROUND_ROBIN;
            case RANDOM -> PolicyKind.RANDOM;
        };
        return new PoolSettings(
                kind,
                ApiDuration.parse(policy.signals().pollInterval()),
                ApiDuration.parse(policy.signals().staleness()),
                policy.signals().adaptivePolling(),
                kvEvents(policy.signals().kvEvents(), pool));
    }

    private static @Nullable KvEventPorts kvEvents(@Nullable KvEvents events, InferencePool pool) {
        return events == null
                ? null
                : new KvEventPorts(
                        events.port(),
                        events.replayPort(),
                        pool.getSpec().targetPorts().stream().map(Port::number).toList());
    }

    private static boolean isReady(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus() != null
                && pod.getStatus().getPodIP() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(each -> each.getType().equals("Ready")
                                && each.getStatus().equals("True"));
    }

    private static void addEndpoints(List<EndpointSpec> to, InferencePool pool, Pod pod, Hardware hardware) {
        Optional<Set<String>> active = activePorts(pod);
        for (Port port : pool.getSpec().targetPorts()) {
            if (active.isEmpty() || active.get().contains(Integer.toString(port.number()))) {
                EndpointId id = new EndpointId(
                        pod.getMetadata().getName(), pod.getStatus().getPodIP(), port.number());
                to.add(new EndpointSpec(id, hardware, Engine.VLLM));
            }
        }
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

    /// What the pool's policy says of the pod, else what the pod's labels say.
    private static Hardware hardware(Pod pod, List<Accelerator> accelerators, String baseModel) {
        Map<String, String> labels = labels(pod);
        return accelerators.stream()
                .filter(each -> each.matches(labels))
                .findFirst()
                .map(each -> new Hardware(each.model(), each.count(), baseModel))
                .orElseGet(() -> new Hardware(labels.getOrDefault(GPU_PRODUCT, ""), 1, baseModel));
    }

    private static Map<String, String> labels(Pod pod) {
        return Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
    }
}
