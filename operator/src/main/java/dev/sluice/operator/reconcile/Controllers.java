package dev.sluice.operator.reconcile;

import dev.sluice.operator.translate.Trimming;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.processing.event.rate.LinearRateLimiter;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The status reconcilers of the kinds that the API server knows, run by JOSDK. A kind that it learns of later starts
/// them anew.
final class Controllers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Controllers.class);

    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
    private static final int WRITES_A_SECOND = 5;
    private static final int THREADS = 4;

    /// Kinds that cannot be watched yet are waited for without holding up the others.
    private static final Duration SYNC_PATIENCE = Duration.ofSeconds(10);

    private final KubernetesClient client;
    private final Supplier<List<StatusReconciler<?>>> reconcilers;
    private List<StatusReconciler<?>> running = List.of();
    private Set<Class<? extends HasMetadata>> kinds = Set.of();
    private @Nullable Operator operator;

    /// @param reconcilers all of them, made anew
    Controllers(KubernetesClient client, Supplier<List<StatusReconciler<?>>> reconcilers) {
        this.client = client;
        this.reconcilers = reconcilers;
    }

    /// Wakes the reconcilers for what the view says must be written.
    synchronized void follow(View view) {
        if (operator == null || !view.world().kinds().equals(kinds)) {
            restart(view.world().kinds());
        }
        running.forEach(reconciler -> reconciler.wake(view));
    }

    /// The view is told again where the reconcilers cannot be started.
    private void restart(Set<Class<? extends HasMetadata>> known) {
        stop();
        List<StatusReconciler<?>> next = reconcilers.get().stream()
                .filter(reconciler -> known.contains(reconciler.kind()))
                .toList();
        Operator started = new Operator(configuration -> configuration
                .withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .checkingCRDAndValidateLocalModel(false)
                .withConcurrentReconciliationThreads(THREADS)
                .withCacheSyncTimeout(SYNC_PATIENCE)
                // JOSDK would end the process, and Envoys would be without their configuration.
                .withStopOnInformerErrorDuringStartup(false)
                .withInformerStoppedHandler((informer, failure) -> {
                    if (failure != null) {
                        LOG.atError().setCause(failure).log("A watch has ended: {}", informer);
                    }
                }));
        next.forEach(reconciler -> register(started, reconciler));
        started.start();
        operator = started;
        running = next;
        kinds = known;
        LOG.atInfo()
                .addKeyValue(
                        "kinds",
                        next.stream()
                                .map(reconciler -> HasMetadata.getKind(reconciler.kind()))
                                .collect(Collectors.joining(" ")))
                .log("The reconcilers have started");
    }

    private static <P extends HasMetadata> void register(Operator operator, StatusReconciler<P> reconciler) {
        operator.register(
                reconciler,
                configuration -> configuration
                        .withItemStore(new Trimming<>())
                        .withRateLimiter(new LinearRateLimiter(Duration.ofSeconds(1), WRITES_A_SECOND))
                        .withRetry(new GenericRetry().withoutMaxAttempts().setMaxInterval(LONGEST_RETRY.toMillis())));
    }

    private void stop() {
        Operator started = operator;
        operator = null;
        running = List.of();
        if (started != null) {
            started.stop();
        }
    }

    @Override
    public synchronized void close() {
        stop();
    }
}
