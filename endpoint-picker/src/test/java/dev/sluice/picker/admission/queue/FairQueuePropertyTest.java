package dev.sluice.picker.admission.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.request.Priority;
import dev.sluice.picker.settings.AdmissionSettings.Limits;
import dev.sluice.picker.settings.AdmissionSettings.QueueLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
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

    private static final QueueLimits LIMITS = new QueueLimits(TOTAL, EACH, SHEDDABLE);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noPriorityIsInvertedNoLimitExceededNoRequestLost(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TenantCounters account = new TenantCounters();
        FairQueue<TestItem> queue = new FairQueue<>(account);
        List<TestItem> waiting = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            int what = random.nextInt(10);
            if (what < 6) {
                TestItem arriving = new TestItem(
                        new Priority(random.nextInt(-2, 3)),
                        "t" + random.nextInt(6),
                        random.nextInt(300),
                        step,
                        random.nextBoolean() ? step + PATIENCE.toNanos() : step + random.nextInt(1_000));
                List<TestItem> evicted = queue.offer(arriving, LIMITS);
                if (evicted != null) {
                    double own = share(waiting, arriving, 1, arriving.bytes());
                    for (TestItem each : evicted) {
                        int order = each.priority().compareTo(arriving.priority());
                        assertThat(order).isNotPositive();
                        assertThat(order < 0 || share(waiting, each, 0, 0) > own)
                                .as("a tenant with more waiting makes room")
                                .isTrue();
                        assertThat(waiting.remove(each)).isTrue();
                    }
                    waiting.add(arriving);
                }
            } else if (what < 7 && !waiting.isEmpty()) {
                TestItem growing = waiting.get(random.nextInt(waiting.size()));
                long larger = growing.bytes() + random.nextInt(100);
                boolean grew = queue.grow(growing, larger, LIMITS, new HeldBytes(Long.MAX_VALUE));
                assertThat(growing.bytes() == larger).isEqualTo(grew);
            } else if (what < 9) {
                TestItem next = queue.next();
                assertThat(next == null).isEqualTo(waiting.isEmpty());
                if (next != null) {
                    assertThat(waiting).noneMatch(each -> isBefore(each, next));
                    assertThat(queue.remove(next)).isTrue();
                    assertThat(queue.remove(next)).isFalse();
                    waiting.remove(next);
                    account.charge(TenantCounters.counter(next.tenant()), random.nextInt(1_000));
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
    private static double share(List<TestItem> waiting, TestItem of, int moreRequests, long moreBytes) {
        Limits limits = of.priority().isSheddable() ? SHEDDABLE : EACH;
        int requests = moreRequests;
        long bytes = moreBytes;
        for (TestItem each : waiting) {
            if (each.priority().equals(of.priority()) && each.tenant().equals(of.tenant())) {
                requests++;
                bytes += each.bytes();
            }
        }
        return Math.max(requests / (double) limits.requests(), bytes / (double) limits.bytes());
    }

    /// Of higher priority, or of the same tenant and due earlier, or as early and here for longer.
    private static boolean isBefore(TestItem one, TestItem other) {
        int order = one.priority().compareTo(other.priority());
        return order > 0
                || (order == 0
                        && one.tenant().equals(other.tenant())
                        && (one.urgencyNanos() < other.urgencyNanos()
                                || (one.urgencyNanos() == other.urgencyNanos() && one.sinceNanos < other.sinceNanos)));
    }

    private static void verifyLimits(List<TestItem> waiting, FairQueue<TestItem> queue) {
        long bytes = 0;
        Map<Priority, Integer> counts = new HashMap<>();
        for (TestItem each : waiting) {
            bytes += each.bytes();
            counts.merge(each.priority(), 1, Integer::sum);
        }
        assertThat(queue.bytes()).isEqualTo(bytes).isLessThanOrEqualTo(TOTAL.bytes());
        assertThat(waiting).hasSizeLessThanOrEqualTo(TOTAL.requests());
        counts.forEach((priority, count) ->
                assertThat(count).isLessThanOrEqualTo(priority.isSheddable() ? SHEDDABLE.requests() : EACH.requests()));
    }

    @Test
    void tenantThatSendsMostEvictsItsOwnRequestsOnly() {
        FairQueue<TestItem> queue = new FairQueue<>(new TenantCounters());
        for (int i = 0; i < EACH.requests(); i++) {
            assertThat(queue.offer(entry("heavy", i), LIMITS)).isEmpty();
        }
        assertThat(queue.offer(entry("heavy", 100), LIMITS)).isNull();
        for (int i = 0; i < EACH.requests() / 2; i++) {
            List<TestItem> evicted = Objects.requireNonNull(queue.offer(entry("light", 200 + i), LIMITS));
            assertThat(evicted).hasSize(1);
            assertThat(evicted.getFirst().tenant()).isEqualTo("heavy");
            assertThat(evicted.getFirst().sinceNanos).as("the last to come").isEqualTo(EACH.requests() - 1 - i);
        }
        assertThat(queue.offer(entry("light", 300), LIMITS))
                .as("now both have half")
                .isNull();
    }

    private static TestItem entry(String tenant, long since) {
        return new TestItem(Priority.STANDARD, tenant, 1, since, since + PATIENCE.toNanos());
    }

    /// Tenants are charged more and less while they wait, and some share a counter.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void theTenantServedLeastIsNextHoweverTenantsAreCharged(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TenantCounters account = new TenantCounters();
        FairQueue<TestItem> queue = new FairQueue<>(account);
        Limits many = new Limits(100_000, Long.MAX_VALUE);
        QueueLimits roomy = new QueueLimits(many, many, many);
        List<TestItem> waiting = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            String tenant = "t" + random.nextInt(3_000);
            if (random.nextInt(5) < 2) {
                TestItem arriving = new TestItem(new Priority(random.nextInt(2)), tenant, 1, step, step);
                assertThat(queue.offer(arriving, roomy)).isEmpty();
                waiting.add(arriving);
            } else if (random.nextInt(2) == 0) {
                account.charge(TenantCounters.counter(tenant), random.nextInt(-300, 1_000));
            } else if (!waiting.isEmpty()) {
                TestItem next = Objects.requireNonNull(queue.next());
                if (step % 16 == 0) {
                    long served = account.served(TenantCounters.counter(next.tenant()));
                    assertThat(waiting)
                            .noneMatch(each -> each.priority().compareTo(next.priority()) > 0)
                            .noneMatch(each -> each.priority().equals(next.priority())
                                    && account.served(TenantCounters.counter(each.tenant())) < served);
                }
                assertThat(queue.remove(next)).isTrue();
                waiting.remove(next);
            }
        }
        assertThat(queue.size()).isEqualTo(waiting.size()).isGreaterThan(1_000);
    }
}
