package dev.sluice.picker.admission.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.settings.AdmissionSettings;
import dev.sluice.picker.settings.AdmissionSettings.Limits;
import dev.sluice.picker.settings.AdmissionSettings.QueueLimits;
import dev.sluice.picker.settings.PoolSettings;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Which requests are dispatched earlier because an endpoint with capacity has their prompts.
class LocalityTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final PoolId POOL = new PoolId("ml", "pool");

    private final TenantCounters account = new TenantCounters();
    private final FairQueue<TestItem> queue = new FairQueue<>(account);
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

    private TestItem item(Priority priority, String tenant, ToIntFunction<Endpoint> cached) {
        long since = clock++;
        return new TestItem(priority, tenant, 1, since, since + PATIENCE.toNanos(), cached);
    }

    private TestItem waits(String tenant, Priority priority, Endpoint at, int blocks) {
        TestItem entry = item(priority, tenant, endpoint -> endpoint.equals(at) ? blocks : 0);
        assertThat(queue.offer(entry, AdmissionSettings.DEFAULT.limits())).isEmpty();
        return entry;
    }

    private TestItem waits(String tenant, Endpoint at, int blocks) {
        return waits(tenant, Priority.STANDARD, at, blocks);
    }

    @Test
    void requestWithTheLongestCachedPrefixIsNext() {
        TestItem first = waits("a", one, 1);
        TestItem there = waits("a", other, 5);
        TestItem ofAnother = waits("b", other, 9);
        assertThat(queue.next(one)).isEqualTo(first);
        assertThat(queue.next(other)).isEqualTo(ofAnother);
        queue.remove(ofAnother);
        assertThat(queue.next(other)).isEqualTo(there);
        assertThat(queue.next()).isEqualTo(first);
    }

    @Test
    void noHigherPriorityIsOvertaken() {
        waits("a", one, 100);
        TestItem high = waits("a", new Priority(1), one, 0);
        assertThat(queue.next(one)).isEqualTo(high);
    }

    @Test
    void aTenantThatWasServedMuchMoreDoesNotOvertake() {
        TestItem first = waits("a", one, 0);
        TestItem known = waits("b", one, 100);
        account.charge(TenantCounters.counter("b"), FairQueue.QUANTUM);
        assertThat(queue.next(one)).isEqualTo(known);
        account.charge(TenantCounters.counter("b"), 1);
        assertThat(queue.next(one)).isEqualTo(first);
    }

    @Test
    void noRequestIsOvertakenForEver() {
        TestItem first = waits("a", one, 0);
        for (int i = 0; i < FairQueue.MOST_PASSED; i++) {
            TestItem known = waits("a", one, 1);
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
        ToIntFunction<Endpoint> counted = _ -> {
            looks.incrementAndGet();
            return 0;
        };
        Limits many = new Limits(10_000, Long.MAX_VALUE);
        QueueLimits roomy = new QueueLimits(many, many, many);
        for (int i = 0; i < 6_000; i++) {
            assertThat(queue.offer(item(Priority.STANDARD, "tenant-" + i % 3_000, counted), roomy))
                    .isEmpty();
        }
        for (int dispatch = 0; dispatch < 10; dispatch++) {
            looks.set(0);
            TestItem next = Objects.requireNonNull(queue.next(one));
            assertThat(looks.get()).isBetween(1, 1 + FairQueue.TENANTS * FairQueue.REQUESTS);
            queue.remove(next);
        }
    }
}
