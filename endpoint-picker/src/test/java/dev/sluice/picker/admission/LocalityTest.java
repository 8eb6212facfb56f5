package dev.sluice.picker.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.model.EndpointId;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.Preempts;
import dev.sluice.picker.model.Priority;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.settings.AdmissionSettings;
import dev.sluice.picker.settings.AdmissionSettings.Limits;
import dev.sluice.picker.settings.PoolSettings;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who goes earlier because an endpoint with room has its prompt.
class LocalityTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final PoolId POOL = new PoolId("ml", "pool");

    private final VirtualTime time = new VirtualTime();
    private final TenantCounters account = new TenantCounters();
    private final FairQueue queue = new FairQueue(account);
    private final PoolQueue poolQueue = new PoolQueue(
            POOL,
            () -> null,
            new AdmissionControl.QueueContext(
                    time, time, Runnable::run, AdmissionWatch.NOBODY, new HeldBytes(Long.MAX_VALUE), new RateBook()));
    private long clock;
    private Endpoint one;
    private Endpoint other;

    @BeforeEach
    void endpoints() {
        Pools pools = new Pools(_ -> {});
        pools.replaceAll(List.of(new Pools.PoolSpec(POOL, PoolSettings.DEFAULT, List.of(spec(0), spec(1)))));
        List<Endpoint> endpoints = Objects.requireNonNull(pools.find(POOL)).endpoints();
        one = endpoints.getFirst();
        other = endpoints.getLast();
    }

    private static EndpointSpec spec(int number) {
        return new EndpointSpec(
                new EndpointId("pod-" + number, "10.0.0." + number, 8000), Hardware.UNKNOWN, Engine.VLLM);
    }

    private QueueEntry waits(String tenant, Priority priority, Endpoint at, int blocks) {
        Reuse reuse = endpoint -> endpoint.equals(at) ? blocks : 0;
        QueueEntry entry = new QueueEntry(
                new AdmissionRequest(priority, Preempts.NOBODY, tenant, 1, 1, Long.MAX_VALUE, reuse),
                clock++,
                PATIENCE,
                poolQueue,
                _ -> {});
        assertThat(queue.offer(entry, AdmissionSettings.DEFAULT)).isEmpty();
        return entry;
    }

    private QueueEntry waits(String tenant, Endpoint at, int blocks) {
        return waits(tenant, Priority.STANDARD, at, blocks);
    }

    @Test
    void whoMostIsHeldOfGoesWhereItIsHeld() {
        QueueEntry first = waits("a", one, 1);
        QueueEntry there = waits("a", other, 5);
        QueueEntry ofAnother = waits("b", other, 9);
        assertThat(queue.next(one)).isEqualTo(first);
        assertThat(queue.next(other)).isEqualTo(ofAnother);
        queue.remove(ofAnother);
        assertThat(queue.next(other)).isEqualTo(there);
        assertThat(queue.next()).isEqualTo(first);
    }

    @Test
    void noPriorityIsPassed() {
        waits("a", one, 100);
        QueueEntry high = waits("a", new Priority(1), one, 0);
        assertThat(queue.next(one)).isEqualTo(high);
    }

    @Test
    void aTenantThatWasServedMuchMoreWaitsForItsTurn() {
        QueueEntry first = waits("a", one, 0);
        QueueEntry known = waits("b", one, 100);
        account.charge(TenantCounters.counter("b"), FairQueue.QUANTUM);
        assertThat(queue.next(one)).isEqualTo(known);
        account.charge(TenantCounters.counter("b"), 1);
        assertThat(queue.next(one)).isEqualTo(first);
    }

    @Test
    void nobodyIsPassedForEver() {
        QueueEntry first = waits("a", one, 0);
        for (int i = 0; i < FairQueue.MOST_PASSED; i++) {
            QueueEntry known = waits("a", one, 1);
            assertThat(queue.next(one)).isEqualTo(known);
            queue.remove(known);
        }
        waits("a", one, 1);
        assertThat(queue.next(one)).isEqualTo(first);
    }

    /// Each look at a request is a search for its prompt, which the queue's lock is held for.
    @Test
    void aDispatchLooksAtFewRequestsHoweverManyTenantsWait() {
        AtomicInteger looks = new AtomicInteger();
        Reuse counted = _ -> {
            looks.incrementAndGet();
            return 0;
        };
        Limits many = new Limits(10_000, Long.MAX_VALUE);
        AdmissionSettings roomy = new AdmissionSettings(true, PATIENCE, 0, PATIENCE, PATIENCE, many, many, many);
        for (int i = 0; i < 6_000; i++) {
            AdmissionRequest request = new AdmissionRequest(
                    Priority.STANDARD, Preempts.NOBODY, "tenant-" + i % 3_000, 1, 1, Long.MAX_VALUE, counted);
            assertThat(queue.offer(new QueueEntry(request, clock++, PATIENCE, poolQueue, _ -> {}), roomy))
                    .isEmpty();
        }
        for (int dispatch = 0; dispatch < 10; dispatch++) {
            looks.set(0);
            QueueEntry next = Objects.requireNonNull(queue.next(one));
            assertThat(looks.get()).isBetween(1, 1 + FairQueue.TENANTS * FairQueue.REQUESTS);
            queue.remove(next);
        }
    }
}
