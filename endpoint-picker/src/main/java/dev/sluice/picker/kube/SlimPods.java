package dev.sluice.picker.kube;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An informer's pods, without what the picker never looks at: the spec, who wrote which field, the containers'
/// states. In a cluster of thousands of pods that is nearly all of their memory.
final class SlimPods extends BasicItemStore<Pod> {
    SlimPods() {
        super(Cache::metaNamespaceKeyFunc);
    }

    @Override
    public @Nullable Pod put(String key, Pod pod) {
        return super.put(key, slim(pod));
    }

    static Pod slim(Pod pod) {
        ObjectMeta metadata = pod.getMetadata();
        Map<String, String> annotations = Objects.requireNonNullElse(metadata.getAnnotations(), Map.of());
        PodBuilder slim = new PodBuilder()
                .withMetadata(new ObjectMetaBuilder()
                        .withNamespace(metadata.getNamespace())
                        .withName(metadata.getName())
                        .withUid(metadata.getUid())
                        .withResourceVersion(metadata.getResourceVersion())
                        .withLabels(metadata.getLabels())
                        .withAnnotations(annotations.entrySet().stream()
                                .filter(each -> Endpoints.ACTIVE_PORTS.contains(each.getKey()))
                                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
                        .withDeletionTimestamp(metadata.getDeletionTimestamp())
                        .build());
        PodStatus status = pod.getStatus();
        return status == null
                ? slim.build()
                : slim.withNewStatus()
                        .withPodIP(status.getPodIP())
                        .withHostIP(status.getHostIP())
                        .withConditions(status.getConditions().stream()
                                .filter(each -> each.getType().equals("Ready"))
                                .toList())
                        .endStatus()
                        .build();
    }
}
