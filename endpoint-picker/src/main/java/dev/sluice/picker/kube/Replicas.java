package dev.sluice.picker.kube;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Objects;

/// The number of pickers that place requests on the same pools, this picker included: as configured, or by
/// their ready pods.
///
/// @param configured what counts where pods are not counted, or none of them is seen
/// @param namespace of the pickers' pods
/// @param labels what they all carry; empty when they are not counted
public record Replicas(int configured, String namespace, Map<String, String> labels) {
    /// A number of replicas that is configured.
    public static Replicas fixed(int configured) {
        return new Replicas(configured, "", Map.of());
    }

    public Replicas {
        if (configured < 1) {
            throw new IllegalArgumentException("replicas must be at least 1: " + configured);
        }
        labels = Map.copyOf(labels);
    }

    boolean areCounted() {
        return !labels.isEmpty();
    }

    int count(Resources resources) {
        if (!areCounted()) {
            return configured;
        }
        long ready = resources.all(Pod.class).stream()
                .filter(pod -> namespace.equals(pod.getMetadata().getNamespace()))
                .filter(pod -> Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.<String, String>of())
                        .entrySet()
                        .containsAll(labels.entrySet()))
                .filter(Endpoints::isReady)
                .count();
        return ready == 0 ? configured : (int) ready;
    }
}
