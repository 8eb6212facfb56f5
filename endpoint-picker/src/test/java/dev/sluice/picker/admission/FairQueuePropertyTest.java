package dev.sluice.picker.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.model.Outcome;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.Preempts;
import dev.sluice.picker.model.Priority;
import dev.sluice.picker.pool.AdmissionSettings;
import dev.sluice.picker.pool.AdmissionSettings.Limits;
import dev.sluice.picker.pool.PoolSettings;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
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
        Account account = new Account();
        FairQueue queue = new FairQueue(account);
        Line line = new Line(POOL, () -> null, surroundings(time, Runnable::run));
        List<Ticket> waiting = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            int what = random.nextInt(10);
            if (what < 6) {
                Applicant applicant = new Applicant(
                        new Priority(random.nextInt(-2, 3)),
                        Preempts.NOBODY,
                        "t" + random.nextInt(6),
                        1,
                        random.nextInt(300),
                        random.nextBoolean() ? Long.MAX_VALUE : step + random.nextInt(1_000),
                        Reuse.NONE);
                Ticket arriving = new Ticket(applicant, step, PATIENCE, line, _ -> {});
                List<Ticket> evicted = queue.offer(arriving, settings());
                if (evicted != null) {
                    double own = share(waiting, applicant, 1, applicant.bytes());
                    for (Ticket each : evicted) {
                        int order = each.applicant.priority().compareTo(applicant.priority());
                        assertThat(order).isNotPositive();
                        assertThat(order < 0 || share(waiting, each.applicant, 0, 0) > own)
                                .as("a tenant with more waiting makes room")
                                .isTrue();
                        assertThat(waiting.remove(each)).isTrue();
                    }
                    waiting.add(arriving);
                }
            } else if (what < 7 && !waiting.isEmpty()) {
                Ticket growing = waiting.get(random.nextInt(waiting.size()));
                long larger = growing.bytes + random.nextInt(100);
                boolean grew = queue.grow(growing, larger, settings(), new HeldBytes(Long.MAX_VALUE));
                assertThat(growing.bytes == larger).isEqualTo(grew);
            } else if (what < 9) {
                Ticket next = queue.next();
                assertThat(next == null).isEqualTo(waiting.isEmpty());
                if (next != null) {
                    assertThat(waiting).noneMatch(each -> isBefore(each, next));
                    assertThat(queue.remove(next)).isTrue();
                    assertThat(queue.remove(next)).isFalse();
                    waiting.remove(next);
                    account.charge(Account.counter(next.applicant.tenant()), random.nextInt(1_000));
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
    private static double share(List<Ticket> waiting, Applicant of, int moreRequests, long moreBytes) {
        Limits limits = of.priority().isSheddable() ? SHEDDABLE : EACH;
        int requests = moreRequests;
        long bytes = moreBytes;
        for (Ticket each : waiting) {
            if (each.applicant.priority().equals(of.priority())
                    && each.applicant.tenant().equals(of.tenant())) {
                requests++;
                bytes += each.bytes;
            }
        }
        return Math.max(requests / (double) limits.requests(), bytes / (double) limits.bytes());
    }

    /// Of higher priority, or of the same tenant and due earlier, or as early and here for longer.
    private static boolean isBefore(Ticket one, Ticket other) {
        int order = one.applicant.priority().compareTo(other.applicant.priority());
        return order > 0
                || (order == 0
                        && one.applicant.tenant().equals(other.applicant.tenant())
                        && (urgency(one) < urgency(other)
                                || (urgency(one) == urgency(other) && one.sinceNanos < other.sinceNanos)));
    }

    private static long urgency(Ticket ticket) {
        return Math.min(ticket.applicant.dueNanos(), ticket.sinceNanos + PATIENCE.toNanos());
    }

    private static void verifyLimits(List<Ticket> waiting, FairQueue queue) {
        long bytes = 0;
        Map<Priority, Integer> counts = new HashMap<>();
        for (Ticket each : waiting) {
            bytes += each.bytes;
            counts.merge(each.applicant.priority(), 1, Integer::sum);
        }
        assertThat(queue.bytes()).isEqualTo(bytes).isLessThanOrEqualTo(TOTAL.bytes());
        assertThat(waiting).hasSizeLessThanOrEqualTo(TOTAL.requests());
        counts.forEach((priority, count) ->
                assertThat(count).isLessThanOrEqualTo(priority.isSheddable() ? SHEDDABLE.requests() : EACH.requests()));
    }

    private static AdmissionControl.Surroundings surroundings(VirtualTime time, Executor executor) {
        return new AdmissionControl.Surroundings(
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
        FairQueue queue = new FairQueue(new Account());
        Line line = new Line(POOL, () -> null, surroundings(time, Runnable::run));
        for (int i = 0; i < EACH.requests(); i++) {
            assertThat(queue.offer(ticket("heavy", i, line), settings())).isEmpty();
        }
        assertThat(queue.offer(ticket("heavy", 100, line), settings())).isNull();
        for (int i = 0; i < EACH.requests() / 2; i++) {
            List<Ticket> evicted = Objects.requireNonNull(queue.offer(ticket("light", 200 + i, line), settings()));
            assertThat(evicted).hasSize(1);
            assertThat(evicted.getFirst().applicant.tenant()).isEqualTo("heavy");
            assertThat(evicted.getFirst().sinceNanos).as("the last to come").isEqualTo(EACH.requests() - 1 - i);
        }
        assertThat(queue.offer(ticket("light", 300, line), settings()))
                .as("now both have half")
                .isNull();
    }

    private static Ticket ticket(String tenant, long since, Line line) {
        return new Ticket(new Applicant(Priority.STANDARD, tenant, 1, 1), since, PATIENCE, line, _ -> {});
    }

    /// Threads ask, give back and make room at once: each request is told once, or was given back.
    @Test
    void everyRequestEndsOnceHoweverManyThreadsThereAre() throws Exception {
        Pools pools = new Pools(_ -> {});
        pools.replaceAll(List.of(new Pools.PoolSpec(POOL, PoolSettings.DEFAULT.withAdmission(settings()), List.of())));
        PoolSnapshot empty = Objects.requireNonNull(pools.find(POOL));
        Map<Integer, AtomicInteger> told = new ConcurrentHashMap<>();
        AtomicInteger refused = new AtomicInteger();
        List<Admission.Waiting> left = new ArrayList<>();
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
                        told.put(id, count);
                        Applicant applicant = new Applicant(new Priority(random.nextInt(-1, 2)), "t" + id % 7, 1, 10);
                        Admission answer = admission.enqueue(empty, applicant, told1 -> {
                            assertThat(told1).isInstanceOf(Admission.Refused.class);
                            count.incrementAndGet();
                        });
                        if (answer instanceof Admission.Waiting waiting) {
                            synchronized (left) {
                                left.add(waiting);
                            }
                        } else if (answer instanceof Admission.Refused(Outcome outcome, Duration _)
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
            assertThat(told.values().stream().mapToInt(AtomicInteger::get).max().orElse(0))
                    .isEqualTo(1);
            assertThat(told.values().stream().filter(each -> each.get() == 0).count())
                    .isEqualTo(waiting);
            assertThat(refused).hasPositiveValue();
        }
    }
}
