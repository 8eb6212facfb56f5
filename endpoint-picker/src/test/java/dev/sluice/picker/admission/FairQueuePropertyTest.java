package dev.sluice.picker.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.model.Outcome;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.Preempts;
import dev.sluice.picker.model.Priority;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.settings.AdmissionSettings;
import dev.sluice.picker.settings.AdmissionSettings.Limits;
import dev.sluice.picker.settings.PoolSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds for every history of comings and goings.
class FairQueuePropertyTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int STEPS = 20_000;
    private static final Limits TOTAL = new Limits(60, 5_000);
    private static final Limits EACH = new Limits(30, 3_000);
    private static final Limits SHEDDABLE = new Limits(20, 2_000);
    private static final PoolId POOL = new PoolId("ml", "pool");

    private static AdmissionSettings settings() {
        return new AdmissionSettings(
                true,
                Duration.ofMillis(500),
                0.1,
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                TOTAL,
                EACH,
                SHEDDABLE);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noPriorityIsInvertedNoLimitExceededNobodyLost(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        VirtualTime time = new VirtualTime();
        TenantCounters account = new TenantCounters();
        FairQueue queue = new FairQueue(account);
        PoolQueue poolQueue = new PoolQueue(POOL, () -> null, surroundings(time, Runnable::run));
        List<QueueEntry> waiting = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            int what = random.nextInt(10);
            if (what < 6) {
                AdmissionRequest request = new AdmissionRequest(
                        new Priority(random.nextInt(-2, 3)),
                        Preempts.NOBODY,
                        "t" + random.nextInt(6),
                        1,
                        random.nextInt(300),
                        random.nextBoolean() ? Long.MAX_VALUE : step + random.nextInt(1_000),
                        Reuse.NONE);
                QueueEntry arriving = new QueueEntry(request, step, PATIENCE, poolQueue, _ -> {});
                List<QueueEntry> evicted = queue.offer(arriving, settings());
                if (evicted != null) {
                    double own = share(waiting, request, 1, request.bytes());
                    for (QueueEntry each : evicted) {
                        int order = each.request.priority().compareTo(request.priority());
                        assertThat(order).isNotPositive();
                        assertThat(order < 0 || share(waiting, each.request, 0, 0) > own)
                                .as("a tenant with more waiting makes room")
                                .isTrue();
                        assertThat(waiting.remove(each)).isTrue();
                    }
                    waiting.add(arriving);
                }
            } else if (what < 7 && !waiting.isEmpty()) {
                QueueEntry growing = waiting.get(random.nextInt(waiting.size()));
                long larger = growing.bytes + random.nextInt(100);
                boolean grew = queue.grow(growing, larger, settings(), new HeldBytes(Long.MAX_VALUE));
                assertThat(growing.bytes == larger).isEqualTo(grew);
            } else if (what < 9) {
                QueueEntry next = queue.next();
                assertThat(next == null).isEqualTo(waiting.isEmpty());
                if (next != null) {
                    assertThat(waiting).noneMatch(each -> isBefore(each, next));
                    assertThat(queue.remove(next)).isTrue();
                    assertThat(queue.remove(next)).isFalse();
                    waiting.remove(next);
                    account.charge(TenantCounters.counter(next.request.tenant()), random.nextInt(1_000));
                }
            } else if (!waiting.isEmpty()) {
                assertThat(queue.remove(waiting.remove(random.nextInt(waiting.size()))))
                        .isTrue();
            }
            assertThat(queue.size()).isEqualTo(waiting.size());
            verifyLimits(waiting, queue);
        }
    }

    /// How much of its priority's limits a tenant has.
    private static double share(List<QueueEntry> waiting, AdmissionRequest of, int moreRequests, long moreBytes) {
        Limits limits = of.priority().isSheddable() ? SHEDDABLE : EACH;
        int requests = moreRequests;
        long bytes = moreBytes;
        for (QueueEntry each : waiting) {
            if (each.request.priority().equals(of.priority())
                    && each.request.tenant().equals(of.tenant())) {
                requests++;
                bytes += each.bytes;
            }
        }
        return Math.max(requests / (double) limits.requests(), bytes / (double) limits.bytes());
    }

    /// Of higher priority, or of the same tenant and due earlier, or as early and here for longer.
    private static boolean isBefore(QueueEntry one, QueueEntry other) {
        int order = one.request.priority().compareTo(other.request.priority());
        return order > 0
                || (order == 0
                        && one.request.tenant().equals(other.request.tenant())
                        && (urgency(one) < urgency(other)
                                || (urgency(one) == urgency(other) && one.sinceNanos < other.sinceNanos)));
    }

    private static long urgency(QueueEntry entry) {
        return Math.min(entry.request.dueNanos(), entry.sinceNanos + PATIENCE.toNanos());
    }

    private static void verifyLimits(List<QueueEntry> waiting, FairQueue queue) {
        long bytes = 0;
        Map<Priority, Integer> counts = new HashMap<>();
        for (QueueEntry each : waiting) {
            bytes += each.bytes;
            counts.merge(each.request.priority(), 1, Integer::sum);
        }
        assertThat(queue.bytes()).isEqualTo(bytes).isLessThanOrEqualTo(TOTAL.bytes());
        assertThat(waiting).hasSizeLessThanOrEqualTo(TOTAL.requests());
        counts.forEach((priority, count) ->
                assertThat(count).isLessThanOrEqualTo(priority.isSheddable() ? SHEDDABLE.requests() : EACH.requests()));
    }

    private static AdmissionControl.QueueContext surroundings(VirtualTime time, Executor executor) {
        return new AdmissionControl.QueueContext(
                time, time, executor, new Silent(), new HeldBytes(Long.MAX_VALUE), new RateBook());
    }

    private static final class Silent implements AdmissionWatch {
        @Override
        public void opened(PoolId pool, IntSupplier waiting) {}

        @Override
        public void ended(PoolId pool, Priority priority, String end, long waitedNanos) {}
    }

    @Test
    void whoSendsMostFillsTheQueueToItsOwnCostOnly() {
        VirtualTime time = new VirtualTime();
        FairQueue queue = new FairQueue(new TenantCounters());
        PoolQueue poolQueue = new PoolQueue(POOL, () -> null, surroundings(time, Runnable::run));
        for (int i = 0; i < EACH.requests(); i++) {
            assertThat(queue.offer(entry("heavy", i, poolQueue), settings())).isEmpty();
        }
        assertThat(queue.offer(entry("heavy", 100, poolQueue), settings())).isNull();
        for (int i = 0; i < EACH.requests() / 2; i++) {
            List<QueueEntry> evicted =
                    Objects.requireNonNull(queue.offer(entry("light", 200 + i, poolQueue), settings()));
            assertThat(evicted).hasSize(1);
            assertThat(evicted.getFirst().request.tenant()).isEqualTo("heavy");
            assertThat(evicted.getFirst().sinceNanos).as("the last to come").isEqualTo(EACH.requests() - 1 - i);
        }
        assertThat(queue.offer(entry("light", 300, poolQueue), settings()))
                .as("now both have half")
                .isNull();
    }

    private static QueueEntry entry(String tenant, long since, PoolQueue poolQueue) {
        return new QueueEntry(
                new AdmissionRequest(Priority.STANDARD, tenant, 1, 1), since, PATIENCE, poolQueue, _ -> {});
    }

    /// Threads ask, give back and make room at once: each request is told once, or was given back.
    @Test
    void everyRequestEndsOnceHoweverManyThreadsThereAre() throws Exception {
        Pools pools = new Pools(_ -> {});
        pools.replaceAll(List.of(new Pools.PoolSpec(POOL, PoolSettings.DEFAULT.withAdmission(settings()), List.of())));
        PoolSnapshot empty = Objects.requireNonNull(pools.find(POOL));
        Map<Integer, AtomicInteger> callback = new ConcurrentHashMap<>();
        AtomicInteger refused = new AtomicInteger();
        List<Admission.Enqueued> left = new ArrayList<>();
        try (ExecutorService turns = Executors.newVirtualThreadPerTaskExecutor();
                ExecutorService clients = Executors.newFixedThreadPool(4)) {
            AdmissionControl admission =
                    new AdmissionControl(pools, System::nanoTime, (_, _) -> () -> {}, turns, new Silent());
            for (int client = 0; client < 4; client++) {
                int first = client * 5_000;
                clients.execute(() -> {
                    SplittableRandom random = new SplittableRandom(first);
                    for (int id = first; id < first + 5_000; id++) {
                        AtomicInteger count = new AtomicInteger();
                        callback.put(id, count);
                        AdmissionRequest request =
                                new AdmissionRequest(new Priority(random.nextInt(-1, 2)), "t" + id % 7, 1, 10);
                        Admission answer = admission.enqueue(empty, request, told1 -> {
                            assertThat(told1).isInstanceOf(Admission.Denied.class);
                            count.incrementAndGet();
                        });
                        if (answer instanceof Admission.Enqueued waiting) {
                            synchronized (left) {
                                left.add(waiting);
                            }
                        } else if (answer instanceof Admission.Denied(Outcome outcome, Duration _)
                                && outcome == Outcome.NO_ENDPOINTS) {
                            count.incrementAndGet();
                            refused.incrementAndGet();
                        }
                        admission.changed();
                    }
                });
            }
            clients.shutdown();
            assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
            int waiting = admission.waiting(POOL);
            assertThat(waiting).isBetween(1, TOTAL.requests());
            turns.shutdown();
            assertThat(turns.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
            assertThat(callback.values().stream()
                            .mapToInt(AtomicInteger::get)
                            .max()
                            .orElse(0))
                    .isEqualTo(1);
            assertThat(callback.values().stream()
                            .filter(each -> each.get() == 0)
                            .count())
                    .isEqualTo(waiting);
            assertThat(refused).hasPositiveValue();
        }
    }
}
