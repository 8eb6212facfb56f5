package dev.sluice.picker.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ExceptionHandler;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// The watch of a kind of resource, for as long as the picker runs.
///
/// A kind that the API server does not have, or that the picker's role does not let it read, has no objects; whether
/// that is still so is asked now and then. An API server that does not answer is waited for, and what was last seen
/// stays meanwhile.
final class KindWatch<T extends HasMetadata> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KindWatch.class);

    private static final long UNREADABLE_RETRY_MILLIS = 30_000;
    private static final long FAILED_RETRY_MILLIS = 1_000;
    /// Objects to a page, so that a large cluster's list does not come in one piece.
    private static final long PAGE = 500;

    private final Class<T> kind;
    private final FilterWatchListDeletable<T, KubernetesResourceList<T>, Resource<T>> objects;
    private final SharedIndexInformer<T> informer;
    private final ScheduledExecutorService retries;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private boolean complained;
    private volatile boolean lost;

    /// @param objects which of the kind
    /// @param store where they are kept, or null for the usual one
    KindWatch(
            Class<T> kind,
            FilterWatchListDeletable<T, KubernetesResourceList<T>, Resource<T>> objects,
            @Nullable ItemStore<T> store,
            ScheduledExecutorService retries) {
        this.kind = kind;
        this.objects = objects;
        this.retries = retries;
        this.informer = objects.withLimit(PAGE).runnableInformer(0);
        informer.exceptionHandler((_, failure) -> {
            if (isUnreadable(failure)) {
                complain(failure);
                settled.complete(null);
            } else {
                lost(failure);
            }
            return true;
        });
        if (store != null) {
            informer.itemStore(store);
        }
    }

    Class<T> kind() {
        return kind;
    }

    List<T> objects() {
        return informer.getStore().list();
    }

    /// Starts watching.
    ///
    /// @param changed told, on the informer's thread, of every change
    /// @return done once all objects are known, or once it is known that none can be
    CompletableFuture<Void> start(Runnable changed) {
        informer.addEventHandler(new ResourceEventHandler<T>() {
            @Override
            public void onAdd(T added) {
                heard();
            }

            @Override
            public void onUpdate(T before, T after) {
                heard();
            }

            @Override
            public void onDelete(T deleted, boolean finalStateUnknown) {
                heard();
            }

            private void heard() {
                lost = false;
                changed.run();
            }
        });
        attempt();
        return settled;
    }

    /// An informer that is denied its first list logs every try, so it is started only once a list has succeeded.
    private void attempt() {
        Thread.ofVirtual().name("watch-" + kind.getSimpleName()).start(() -> {
            try {
                objects.list(new ListOptionsBuilder().withLimit(1L).build());
                informer.start().whenComplete((_, _) -> settled.complete(null));
            } catch (RuntimeException | Error failure) {
                complain(failure);
                if (isUnreadable(failure)) {
                    settled.complete(null);
                    retry(UNREADABLE_RETRY_MILLIS);
                } else {
                    retry(FAILED_RETRY_MILLIS);
                }
            }
        });
    }

    private void retry(long millis) {
        var _ = retries.schedule(this::attempt, millis, TimeUnit.MILLISECONDS);
    }

    /// An API server that answers will not help.
    private static boolean isUnreadable(Throwable failure) {
        return isAbsent(failure)
                || ExceptionHandler.isDeserializationException(failure)
                || (failure instanceof KubernetesClientException answer
                        && answer.getCode() == HttpURLConnection.HTTP_FORBIDDEN);
    }

    private static boolean isAbsent(Throwable failure) {
        return failure instanceof KubernetesClientException answer
                && answer.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
    }

    /// Once, until something is heard again.
    private void lost(Throwable failure) {
        if (!lost) {
            lost = true;
            LOG.atWarn()
                    .addKeyValue("kind", HasMetadata.getKind(kind))
                    .addKeyValue("why", failure.getMessage())
                    .log("A kind cannot be watched now; the objects seen last stay in force");
        }
    }

    private synchronized void complain(Throwable failure) {
        if (!complained) {
            complained = true;
            LOG.atLevel(isAbsent(failure) ? Level.INFO : Level.WARN)
                    .addKeyValue("kind", HasMetadata.getKind(kind))
                    .addKeyValue("group", HasMetadata.getGroup(kind))
                    .addKeyValue("why", failure.getMessage())
                    .log("A kind cannot be read and counts as having no objects; it is tried again every 30 s");
        }
    }

    @Override
    public void close() {
        informer.stop();
    }
}
