package dev.sluice.operator.reconcile;

import dev.sluice.operator.telemetry.Meters;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees that one replica at most writes: campaigns for a lease, reconciles while it has it, and campaigns again when
/// it has lost it. The process goes on all the while; JOSDK's own election ends with the first loss.
public final class Leadership implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    /// The name by which faults are counted.
    private static final String LOOP = "leadership";

    private static final String LEASE = "sluice-operator";
    private static final Duration LEASE_TIME = Duration.ofSeconds(15);
    private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final KubernetesClient client;
    private final String namespace;
    private final String identity;
    private final Supplier<Reconciliation> term;
    private final Meters meters;

    /// Calls to the API server that the election makes.
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

    /// Terms begin and end here, one after the other.
    private final ScheduledExecutorService terms = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("leadership").daemon().factory());

    private volatile @Nullable CompletableFuture<?> campaign;
    private volatile @Nullable Reconciliation current;
    private volatile boolean elected;
    private volatile boolean closed;

    private Leadership(
            KubernetesClient client, String namespace, String identity, Supplier<Reconciliation> term, Meters meters) {
        this.client = client;
        this.namespace = namespace;
        this.identity = identity;
        this.term = term;
        this.meters = meters;
    }

    /// @param namespace where the lease is
    /// @param identity of this replica among the others
    /// @param term begins to reconcile
    public static Leadership campaign(
            KubernetesClient client, String namespace, String identity, Supplier<Reconciliation> term, Meters meters) {
        Leadership leadership = new Leadership(client, namespace, identity, term, meters);
        leadership.soon(leadership::run);
        return leadership;
    }

    /// Leads for good, as the only replica.
    public static Leadership unopposed(KubernetesClient client, Supplier<Reconciliation> term, Meters meters) {
        Leadership leadership = new Leadership(client, "", "", term, meters);
        leadership.won();
        return leadership;
    }

    public boolean isLeader() {
        return current != null;
    }

    /// Runs a step in its turn. A step that has a fault is tried again: without it nobody would campaign any more, or
    /// the lease would be held by a replica that does not write.
    private void soon(Runnable step) {
        terms.execute(() -> attempt(step));
    }

    private void attempt(Runnable step) {
        if (!meters.supervisor().run(LOOP, step) && !closed) {
            later(step);
        }
    }

    private void run() {
        if (closed) {
            return;
        }
        LeaderElector elector = new LeaderElector(
                client,
                new LeaderElectionConfig(
                        new LeaseLock(namespace, LEASE, identity),
                        LEASE_TIME,
                        RENEW_DEADLINE,
                        RETRY,
                        new LeaderCallbacks(
                                this::won,
                                this::lost,
                                leader -> LOG.atInfo()
                                        .addKeyValue("leader", leader)
                                        .log("The lease has a leader")),
                        true,
                        LEASE),
                calls);
        CompletableFuture<?> election = elector.start();
        campaign = election;
        var _ = election.whenComplete((_, _) -> {
            meters.supervisor().run(LOOP, this::lost);
            if (!closed) {
                later(this::run);
            }
        });
    }

    private void won() {
        elected = true;
        soon(this::begin);
    }

    private void begin() {
        if (current != null || !elected || closed) {
            return;
        }
        try {
            current = term.get();
            meters.leading(true);
            LOG.atInfo().addKeyValue("identity", identity).log("This replica leads and writes");
        } catch (KubernetesClientException failed) {
            LOG.atWarn().setCause(failed).log("Cannot begin to lead; it is tried again");
            later(this::begin);
        }
    }

    private void later(Runnable step) {
        try {
            var _ = terms.schedule(() -> attempt(step), RETRY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            // Closed: there are no terms any more.
        }
    }

    /// Stops writing at once, and ends the term when its turn comes.
    private void lost() {
        elected = false;
        Reconciliation ending = current;
        if (ending != null) {
            ending.stopWriting();
        }
        if (!closed) {
            soon(this::end);
        }
    }

    private void end() {
        Reconciliation ending = current;
        current = null;
        if (ending != null) {
            LOG.atInfo().addKeyValue("identity", identity).log("This replica leads no more and stops writing");
            meters.leading(false);
            ending.close();
        }
    }

    /// Stops writing, and then gives the lease away, so that another replica need not wait until it ends.
    @Override
    public void close() {
        closed = true;
        CompletableFuture<?> election = campaign;
        Reconciliation ending = current;
        if (ending != null) {
            ending.stopWriting();
        }
        if (election != null) {
            election.cancel(true);
        }
        terms.shutdown();
        end();
        terms.close();
        calls.close();
    }
}
