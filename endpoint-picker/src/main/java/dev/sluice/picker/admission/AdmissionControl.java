package dev.sluice.picker.admission;

import dev.sluice.picker.admission.queue.FairQueue;
import dev.sluice.picker.admission.queue.HeldBytes;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.request.Priority;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Admission control: one [PoolQueue] per pool.
///
/// A request that finds capacity and an empty queue is admitted from what is known of the endpoints, without a
/// lock. Others are queued as objects. Whatever may free capacity (an end, a first token, an engine's metrics,
/// the predicted end of a backlog) dispatches the next requests, one by one.
public final class AdmissionControl {
    /// The tokens that a tenant may have been served more than another and still be dispatched first, where
    /// an endpoint holds its prompt. An output token counts as two prompt tokens.
    public static final long QUANTUM = FairQueue.QUANTUM;

    private final Pools pools;
    private final QueueContext with;
    private final Map<PoolId, PoolQueue> queues = new ConcurrentHashMap<>();
    /// Queued requests, in all pools, that another pool could serve.
    private final AtomicInteger movable = new AtomicInteger();
    private volatile boolean closed;

    /// @param mostBytes of bodies that wait, whatever their pool
    /// @param rates how fast endpoints are
    public AdmissionControl(Pools pools, Execution execution, AdmissionWatch watch, long mostBytes, RateBook rates) {
        this.pools = pools;
        this.with = new QueueContext(execution, watch, new HeldBytes(mostBytes), rates, movable);
    }

    /// The permit of a request that need not wait, or null: then [#enqueue] is next.
    public @Nullable AdmissionPermit admit(PoolSnapshot pool, Priority priority, TenantShare tenant) {
        if (!pool.settings().admission().enabled()) {
            return AdmissionPermit.UNCOUNTED;
        }
        return queue(pool.id()).admit(pool, priority, tenant);
    }

    /// A pool takes a request that a less preferred pool could serve, with hysteresis: a pool that was full
    /// takes such requests again only after it has had ample capacity for a while.
    public boolean takes(PoolSnapshot pool, Priority priority) {
        return !pool.settings().admission().enabled() || queue(pool.id()).takes(pool, priority);
    }

    /// A request would be admitted at once.
    public boolean hasCapacity(PoolSnapshot pool, Priority priority) {
        return !pool.settings().admission().enabled() || queue(pool.id()).hasCapacity(pool, priority);
    }

    /// Queues a request, or refuses it where the limits say so.
    ///
    /// @param later called once, by the executor, with the outcome of the wait
    public Admission enqueue(PoolSnapshot pool, AdmissionRequest request, Consumer<Admission> later) {
        return enqueue(pool, request, with.execution().ticker().nanos(), later);
    }

    /// @param sinceNanos since when the request has waited, here or elsewhere
    public Admission enqueue(PoolSnapshot pool, AdmissionRequest request, long sinceNanos, Consumer<Admission> later) {
        if (closed) {
            return QueueDenials.CLOSED;
        }
        PoolQueue queue = queue(pool.id());
        Admission admission = queue.enqueue(pool, request, sinceNanos, later);
        if (closed) {
            // It may have come to a queue that had been closed.
            queue.close();
        }
        return admission;
    }

    /// Pools or endpoints have changed.
    public void changed() {
        queues.values().forEach(PoolQueue::call);
    }

    /// The signals of an endpoint of the pool have changed.
    public void changed(PoolId pool) {
        PoolQueue queue = queues.get(pool);
        if (queue != null) {
            capacityFreed(queue);
        }
    }

    /// Dispatches the pool's queue, and all queues where requests of other pools could be served here.
    private void capacityFreed(PoolQueue queue) {
        if (movable.get() > 0) {
            changed();
        } else {
            queue.call();
        }
    }

    /// Refuses all queued requests: the process ends.
    public void close() {
        closed = true;
        queues.values().forEach(PoolQueue::close);
    }

    /// The number of requests that wait for the pool.
    public int waiting(PoolId pool) {
        PoolQueue queue = queues.get(pool);
        return queue == null ? 0 : queue.waiting();
    }

    PoolQueue queue(PoolId pool) {
        PoolQueue known = queues.get(pool);
        return known != null ? known : queues.computeIfAbsent(pool, this::open);
    }

    private PoolQueue open(PoolId pool) {
        PoolQueue queue = new PoolQueue(pool, () -> pools.find(pool), with, this::capacityFreed);
        with.watch().opened(pool, queue::waiting);
        return queue;
    }
}
