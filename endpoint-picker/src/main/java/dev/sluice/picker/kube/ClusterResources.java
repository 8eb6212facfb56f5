package dev.sluice.picker.kube;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The resources of one namespace, watched on an API server.
///
/// When the API server goes away, what was last seen stays.
public final class ClusterResources implements Resources, AutoCloseable {
    private final SharedIndexInformer<InferencePool> pools;
    private final SharedIndexInformer<InferenceModel> models;
    private final SharedIndexInformer<InferencePoolPolicy> policies;
    private final SharedIndexInformer<Pod> pods;
    private final String poolName;

    /// @param poolName the one pool to serve
    public ClusterResources(KubernetesClient client, String namespace, String poolName) {
        this.poolName = poolName;
        this.pools =
                client.resources(InferencePool.class).inNamespace(namespace).runnableInformer(0);
        this.models =
                client.resources(InferenceModel.class).inNamespace(namespace).runnableInformer(0);
        this.policies = client.resources(InferencePoolPolicy.class)
                .inNamespace(namespace)
                .runnableInformer(0);
        this.pods = client.pods().inNamespace(namespace).runnableInformer(0);
    }

    /// Starts watching.
    ///
    /// @param changed told, on an informer's thread, that something has changed
    /// @return done when everything has been listed once
    public CompletableFuture<Void> start(Runnable changed) {
        return CompletableFuture.allOf(
                watch(pools, changed), watch(models, changed), watch(policies, changed), watch(pods, changed));
    }

    private static <T extends HasMetadata> CompletableFuture<Void> watch(
            SharedIndexInformer<T> informer, Runnable changed) {
        informer.addEventHandler(new ResourceEventHandler<T>() {
            @Override
            public void onAdd(T added) {
                changed.run();
            }

            @Override
            public void onUpdate(T before, T after) {
                changed.run();
            }

            @Override
            public void onDelete(T deleted, boolean finalStateUnknown) {
                changed.run();
            }
        });
        return informer.start().toCompletableFuture();
    }

    @Override
    public <T extends HasMetadata> List<T> all(Class<T> kind) {
        return List.of(pools, models, policies, pods).stream()
                .filter(informer -> informer.getApiTypeClass() == kind)
                .flatMap(informer -> informer.getStore().list().stream())
                .filter(object -> kind != (Class<?>) InferencePool.class
                        || object.getMetadata().getName().equals(poolName))
                .map(kind::cast)
                .toList();
    }

    @Override
    public void close() {
        List.of(pools, models, policies, pods).forEach(SharedIndexInformer::stop);
    }
}
