package dev.sluice.operator.translate;

import dev.sluice.operator.telemetry.Meters;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A kind is watched for as long as the process lives: it tries again whatever goes wrong, and keeps
/// meanwhile what it saw last.
public final class Watch<T extends HasMetadata> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    private final Class<T> kind;
    private final SharedIndexInformer<T> informer;
    private final Runnable changed;
    private final CompletableFuture<Void> known = new CompletableFuture<>();
    private volatile boolean served;

    /// @param source the objects to watch
    public Watch(Class<T> kind, Informable<T> source, Meters meters, Runnable changed) {
        this.kind = kind;
        this.changed = changed;
        this.informer = source.runnableInformer(0)
                .itemStore(new Trimming<>())
                .exceptionHandler((started, failure) -> {
                    failed(failure, started, meters);
                    return true;
                })
                .addEventHandler(new Changes<>(changed));
    }

    /// Starts watching.
    ///
    /// @return done when all objects have been listed once, or when the API server does not know the kind. It may
    ///     learn of it later, when somebody installs its definition; until then there are none.
    public CompletableFuture<Void> start() {
        var _ = informer.start().thenRun(() -> {
            served = true;
            known.complete(null);
            changed.run();
        });
        return known;
    }

    public Class<T> kind() {
        return kind;
    }

    /// The API server knows the kind.
    public boolean isServed() {
        return served;
    }

    /// All objects as they are now.
    public List<T> list() {
        return List.copyOf(informer.getStore().list());
    }

    private void failed(Throwable failure, boolean started, Meters meters) {
        String name = HasMetadata.getKind(kind);
        meters.watchError(name);
        if (!started && isUnknownKind(failure)) {
            if (known.complete(null)) {
                LOG.atInfo()
                        .addKeyValue("kind", name)
                        .log("The API server does not serve a kind; Sluice goes on as if there were no objects of it");
            }
        } else {
            LOG.atWarn()
                    .addKeyValue("kind", name)
                    .addKeyValue("failure", failure.toString())
                    .log("Cannot list or watch a kind; the objects seen last stay in force");
        }
    }

    private static boolean isUnknownKind(@Nullable Throwable failure) {
        return failure != null
                && ((failure instanceof KubernetesClientException answer
                                && answer.getCode() == HttpURLConnection.HTTP_NOT_FOUND)
                        || isUnknownKind(failure.getCause()));
    }

    @Override
    public void close() {
        informer.stop();
    }

    /// Tells of what has really changed: after a new list informers repeat all that they had.
    private record Changes<T extends HasMetadata>(Runnable changed) implements ResourceEventHandler<T> {

        @Override
        public void onAdd(T added) {
            changed.run();
        }

        @Override
        public void onUpdate(T before, T after) {
            if (!Objects.equals(
                    before.getMetadata().getResourceVersion(),
                    after.getMetadata().getResourceVersion())) {
                changed.run();
            }
        }

        @Override
        public void onDelete(T deleted, boolean finalStateUnknown) {
            changed.run();
        }
    }
}
