package dev.sluice.operator.translate;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;

/// The trimming keeps of objects what the informer needs: not who wrote which field, and of pods only what
/// tells where they serve. A cluster has many pods, and each replica of the operator holds them all.
public final class Trimming<T extends HasMetadata> extends BasicItemStore<T> {

    public Trimming() {
        super(Cache::metaNamespaceKeyFunc);
    }

    @Override
    public T put(String key, T object) {
        trim(object);
        return super.put(key, object);
    }

    private static void trim(HasMetadata object) {
        object.getMetadata().setManagedFields(List.of());
        if (object instanceof Pod pod) {
            if (pod.getSpec() != null) {
                pod.setSpec(new PodSpecBuilder()
                        .withContainers(pod.getSpec().getContainers().stream()
                                .map(Trimming::ports)
                                .toList())
                        .build());
            }
            PodStatus status = pod.getStatus();
            if (status != null) {
                pod.setStatus(new PodStatusBuilder()
                        .withPodIP(status.getPodIP())
                        .withPodIPs(status.getPodIPs())
                        .withPhase(status.getPhase())
                        .withConditions(status.getConditions())
                        .build());
            }
        }
    }

    private static Container ports(Container container) {
        return new ContainerBuilder()
                .withName(container.getName())
                .withPorts(container.getPorts())
                .build();
    }
}
