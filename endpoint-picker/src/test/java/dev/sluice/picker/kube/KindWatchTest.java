package dev.sluice.picker.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KindWatchTest {
    private final AtomicInteger lists = new AtomicInteger();

    private Object answer(Object proxy, String method) {
        return switch (method) {
            case "list" -> {
                if (lists.incrementAndGet() == 1) {
                    throw new IllegalStateException("the client is in no state for it");
                }
                yield null;
            }
            case "start" -> CompletableFuture.completedFuture(null);
            case "runnableInformer" -> proxy(SharedIndexInformer.class);
            case "stop" -> null;
            default -> proxy;
        };
    }

    private <T> T proxy(Class<T> type) {
        InvocationHandler handler = (proxy, method, _) -> answer(proxy, method.getName());
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /// The picker is ready once every kind is known, or known not to be: a watch that ended silently would keep it from
    /// being so.
    @Test
    @SuppressWarnings("unchecked")
    void aListThatFailsWhateverTheFaultIsTriedAgain() throws Exception {
        FilterWatchListDeletable<Pod, KubernetesResourceList<Pod>, Resource<Pod>> pods =
                proxy(FilterWatchListDeletable.class);
        try (ScheduledExecutorService retries = Executors.newSingleThreadScheduledExecutor();
                KindWatch<Pod> watch = new KindWatch<>(Pod.class, pods, null, retries)) {
            watch.start(() -> {}).get(10, TimeUnit.SECONDS);
        }
        assertThat(lists).hasValue(2);
    }
}
