package dev.sluice.picker.kube;

import dev.sluice.api.upstream.LegacyInferenceModel;
import dev.sluice.api.upstream.LegacyInferencePool;
import dev.sluice.api.upstream.LegacyModelRewrite;
import dev.sluice.api.upstream.LegacyObjective;
import dev.sluice.api.upstream.LlmdModelRewrite;
import dev.sluice.api.upstream.LlmdObjective;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.api.v1alpha1.InferencePriorityClass;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/// The resources of one namespace or of all, watched on an API server.
///
/// When the API server goes away, what was last seen stays.
public final class ClusterResources implements Resources, AutoCloseable {
    private final ScheduledExecutorService retries = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("watch-retries").daemon().factory(), new ThreadPoolExecutor.DiscardPolicy());
    private final List<KindWatch<?>> watches = new ArrayList<>();

    /// The pools to serve.
    ///
    /// @param namespace theirs, or null for all namespaces
    /// @param pool the only one, or null for all of the namespace
    public record Scope(
            @Nullable String namespace, @Nullable String pool) {
        public Scope {
            if (pool != null && namespace == null) {
                throw new IllegalArgumentException("pool " + pool + " is in no namespace: give --pool-namespace");
            }
        }

        private boolean covers(String other) {
            return namespace == null || namespace.equals(other);
        }
    }

    /// @param replicas whose pods are watched too
    public ClusterResources(KubernetesClient client, Scope scope, Replicas replicas) {
        var pools = in(scope, client.resources(InferencePool.class));
        watch(InferencePool.class, scope.pool() == null ? pools : pools.withField("metadata.name", scope.pool()), null);
        watch(InferenceModel.class, in(scope, client.resources(InferenceModel.class)), null);
        watch(InferencePoolPolicy.class, in(scope, client.resources(InferencePoolPolicy.class)), null);
        watch(LegacyInferencePool.class, in(scope, client.resources(LegacyInferencePool.class)), null);
        watch(LegacyInferenceModel.class, in(scope, client.resources(LegacyInferenceModel.class)), null);
        watch(LlmdModelRewrite.class, in(scope, client.resources(LlmdModelRewrite.class)), null);
        watch(LegacyModelRewrite.class, in(scope, client.resources(LegacyModelRewrite.class)), null);
        watch(LlmdObjective.class, in(scope, client.resources(LlmdObjective.class)), null);
        watch(LegacyObjective.class, in(scope, client.resources(LegacyObjective.class)), null);
        watch(InferencePriorityClass.class, client.resources(InferencePriorityClass.class), null);
        watch(Service.class, in(scope, client.resources(Service.class)).withLabel(PickerPorts.POOL), null);
        watch(Pod.class, in(scope, client.resources(Pod.class)), new SlimPods());
        if (replicas.areCounted() && !scope.covers(replicas.namespace())) {
            watch(
                    Pod.class,
                    client.resources(Pod.class)
                            .inNamespace(replicas.namespace())
                            .withLabels(replicas.labels()),
                    new SlimPods());
        }
    }

    private <T extends HasMetadata> void watch(
            Class<T> kind,
            FilterWatchListDeletable<T, KubernetesResourceList<T>, Resource<T>> objects,
            @Nullable ItemStore<T> store) {
        watches.add(new KindWatch<>(kind, objects, store, retries));
    }

    private static <T extends HasMetadata> FilterWatchListDeletable<T, KubernetesResourceList<T>, Resource<T>> in(
            Scope scope, MixedOperation<T, KubernetesResourceList<T>, Resource<T>> all) {
        return scope.namespace() == null ? all.inAnyNamespace() : all.inNamespace(scope.namespace());
    }

    /// Starts watching.
    ///
    /// @param changed told, on an informer's thread, of every change
    /// @return done when everything that can be read has been listed once
    public CompletableFuture<Void> start(Runnable changed) {
        return CompletableFuture.allOf(
                watches.stream().map(each -> each.start(changed)).toArray(CompletableFuture<?>[]::new));
    }

    @Override
    public <T extends HasMetadata> List<T> all(Class<T> kind) {
        return watches.stream()
                .filter(each -> kind.isAssignableFrom(each.kind()))
                .flatMap(each -> each.objects().stream())
                .map(kind::cast)
                .toList();
    }

    @Override
    public void close() {
        retries.shutdownNow();
        watches.forEach(KindWatch::close);
    }
}
