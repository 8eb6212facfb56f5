package dev.sluice.operator.translate;

import dev.sluice.operator.resolve.resources.Resources;
import dev.sluice.operator.telemetry.Meters;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

/// All that Sluice reads of a cluster, watched on its API server.
final class ClusterResources implements AutoCloseable {

    /// Secrets of another type are none of Sluice's business.
    private static final String TLS = "kubernetes.io/tls";

    /// Kubernetes' own controller mirrors in slices what a Service selects; Sluice looks at the pods themselves.
    private static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";

    private static final String MIRROR = "endpointslice-controller.k8s.io";

    private final List<Watch<?>> watches;

    /// @param changed told, on an informer's thread, that something has changed
    ClusterResources(KubernetesClient client, Meters meters, Runnable changed) {
        watches = Resources.KINDS.stream()
                .<Watch<?>>map(kind -> watch(client, kind, meters, changed))
                .toList();
    }

    private static <T extends HasMetadata> Watch<T> watch(
            KubernetesClient client, Class<T> kind, Meters meters, Runnable changed) {
        var all = client.resources(kind).inAnyNamespace();
        Informable<T> source = kind == (Class<?>) Secret.class
                ? all.withField("type", TLS)
                : kind == (Class<?>) EndpointSlice.class ? all.withoutLabel(MANAGED_BY, MIRROR) : all;
        return new Watch<>(kind, source, meters, changed);
    }

    /// Starts watching.
    ///
    /// @return done when everything has been listed once
    CompletableFuture<Void> start() {
        return CompletableFuture.allOf(watches.stream().map(Watch::start).toArray(CompletableFuture[]::new));
    }

    /// The kinds that the API server knows.
    Set<Class<? extends HasMetadata>> kinds() {
        return watches.stream().filter(Watch::isServed).map(Watch::kind).collect(Collectors.toUnmodifiableSet());
    }

    /// All resources as they are now.
    Resources snapshot() {
        return new ResourceSnapshot(watches.stream().collect(Collectors.toMap(Watch::kind, Watch::list)));
    }

    private record ResourceSnapshot(Map<Class<?>, List<? extends HasMetadata>> objects) implements Resources {

        @Override
        public <T extends HasMetadata> List<T> all(Class<T> kind) {
            Function<HasMetadata, T> cast = kind::cast;
            return objects.getOrDefault(kind, List.of()).stream().map(cast).toList();
        }
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
    }
}
