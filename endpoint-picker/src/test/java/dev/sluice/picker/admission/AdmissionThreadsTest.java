package dev.sluice.picker.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.Fixtures;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.request.Outcome;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.settings.AdmissionSettings;
import dev.sluice.picker.settings.AdmissionSettings.Limits;
import dev.sluice.picker.settings.PoolSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/// What holds of admission whatever the threads do at once.
class AdmissionThreadsTest {
    private static final Limits TOTAL = new Limits(60, 5_000);
    private static final Limits EACH = new Limits(30, 3_000);
    private static final Limits SHEDDABLE = new Limits(20, 2_000);
    private static final PoolId POOL = new PoolId("ml", "pool");

    private static final class Silent implements AdmissionWatch {
        @Override
        public void opened(PoolId pool, IntSupplier waiting) {}

        @Override
        public void ended(PoolId pool, Priority priority, String end, long waitedNanos) {}
    }

    private static AdmissionSettings settings() {
        return Fixtures.admission(
                0.1, Duration.ofSeconds(60), new AdmissionSettings.QueueLimits(TOTAL, EACH, SHEDDABLE));
    }

    /// Threads ask, give back and make room at once: each request is told once, or was given back.
    @Test
    void everyRequestEndsOnceHoweverManyThreadsThereAre() throws Exception {
        Pools pools = new Pools(_ -> {});
        pools.replaceAll(List.of(new Pools.PoolSpec(POOL, PoolSettings.DEFAULT.withAdmission(settings()), List.of())));
        PoolSnapshot empty = Objects.requireNonNull(pools.find(POOL));
        Map<Integer, AtomicInteger> calls = new ConcurrentHashMap<>();
        AtomicInteger refused = new AtomicInteger();
        List<Admission.Enqueued> left = new ArrayList<>();
        try (ExecutorService turns = Executors.newVirtualThreadPerTaskExecutor();
                ExecutorService clients = Executors.newFixedThreadPool(4)) {
            AdmissionControl admission = new AdmissionControl(
                    pools,
                    new Execution(System::nanoTime, (_, _) -> () -> {}, turns),
                    new Silent(),
                    Long.MAX_VALUE,
                    new RateBook());
            for (int client = 0; client < 4; client++) {
                int first = client * 5_000;
                clients.execute(() -> {
                    SplittableRandom random = new SplittableRandom(first);
                    for (int id = first; id < first + 5_000; id++) {
                        AtomicInteger count = new AtomicInteger();
                        calls.put(id, count);
                        AdmissionRequest request =
                                TestRequests.request(new Priority(random.nextInt(-1, 2)), "t" + id % 7, 10);
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
            assertThat(calls.values().stream()
                            .mapToInt(AtomicInteger::get)
                            .max()
                            .orElse(0))
                    .isEqualTo(1);
            assertThat(calls.values().stream().filter(each -> each.get() == 0).count())
                    .isEqualTo(waiting);
            assertThat(refused).hasPositiveValue();
        }
    }
}
