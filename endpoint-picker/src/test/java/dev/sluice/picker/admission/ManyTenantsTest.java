package dev.sluice.picker.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.settings.AdmissionSettings;
import dev.sluice.picker.settings.AdmissionSettings.Limits;
import dev.sluice.picker.settings.PoolSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Thousands of tenants at a full pool, on virtual time: all are served alike, and a name that is not used again leaves
/// nothing behind.
class ManyTenantsTest {
    private static final PoolId POOL = new PoolId("ml", "pool");
    private static final int ENDPOINTS = 10;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long TOKENS = 1_000;

    private final VirtualTime time = new VirtualTime();
    private final Pools pools = new Pools(_ -> {});
    private final AdmissionControl admission = new AdmissionControl(
            pools,
            new Execution(time, (_, _) -> () -> {}, Runnable::run),
            AdmissionWatch.NOBODY,
            1 << 30,
            new RateBook());
    private final Map<String, Integer> served = new HashMap<>();
    private final Deque<Running> running = new ArrayDeque<>();
    private int refused;

    private record Running(Endpoint endpoint, AdmissionPermit permit) {}

    @BeforeEach
    void publish() {
        Limits many = new Limits(6_000, 1 << 30);
        AdmissionSettings settings = new AdmissionSettings(
                true,
                Duration.ofMillis(500),
                0,
                AdmissionSettings.DEFAULT.patience(),
                new AdmissionSettings.QueueLimits(many, many, many));
        pools.replaceAll(List.of(new Pools.PoolSpec(
                POOL,
                PoolSettings.DEFAULT.withAdmission(settings),
                IntStream.range(0, ENDPOINTS)
                        .mapToObj(i -> new EndpointSpec(
                                new EndpointId("pod-" + i, "10.0.0." + i, 8000), Hardware.UNKNOWN, Engine.VLLM))
                        .toList())));
    }

    private PoolSnapshot pool() {
        return Objects.requireNonNull(pools.find(POOL));
    }

    private void ask(String tenant) {
        AdmissionPermit free = admission.admit(pool(), Priority.STANDARD, new TenantShare(tenant, 1));
        Admission answer = free != null
                ? free
                : admission.enqueue(
                        pool(), TestRequests.request(Priority.STANDARD, tenant, 100), later -> answered(tenant, later));
        if (!(answer instanceof Admission.Enqueued)) {
            answered(tenant, answer);
        }
    }

    private void answered(String tenant, Admission answer) {
        if (!(answer instanceof AdmissionPermit permit)) {
            refused++;
            return;
        }
        Endpoint idle = pool().endpoints().stream()
                .filter(each -> each.inFlight().requests() == 0)
                .findFirst()
                .orElseThrow();
        idle.inFlight().place(time.nanos(), SECOND, TOKENS);
        permit.charge(TOKENS, 0);
        running.addLast(new Running(idle, permit));
        served.merge(tenant, 1, Integer::sum);
    }

    /// The request that has run longest ends, and the next is dispatched.
    private void endOne() {
        time.pass(Duration.ofMillis(2));
        Running ended = running.removeFirst();
        ended.endpoint().inFlight().withdraw(time.nanos(), SECOND);
        ended.endpoint().inFlight().release(TOKENS);
        ended.permit().ended(time.nanos());
    }

    @Test
    void fiveThousandTenantsAreServedOnceBeforeAnyIsServedTwice() {
        int tenants = 5_000;
        for (int i = 0; i < ENDPOINTS; i++) {
            ask("first");
        }
        for (int i = 0; i < 500; i++) {
            ask("heavy");
        }
        for (int i = 0; i < tenants; i++) {
            ask("tenant-" + i);
        }
        served.clear();
        for (int i = 0; i < tenants; i++) {
            endOne();
        }
        // Tenants share 4,096 counters by hash, so that one in two or so is a request late.
        assertThat(served.size()).isGreaterThan(tenants * 9 / 10);
        assertThat(served.get("heavy")).isLessThan(tenants / 50);
        assertThat(refused).isZero();
    }

    /// A client sends each request under another name.
    @Test
    void namesThatAreNotUsedAgainTakeNoMemory() {
        for (int i = 0; i < ENDPOINTS; i++) {
            ask("first");
        }
        String padding = "x".repeat(1_000);
        int waiting = 100;
        for (int i = 0; i < waiting; i++) {
            ask(padding + i);
        }
        long before = used();
        int names = 300_000;
        for (int i = 0; i < names; i++) {
            served.clear();
            endOne();
            ask(padding + "-" + i);
        }
        assertThat(admission.waiting(POOL)).isEqualTo(waiting);
        assertThat(refused).isZero();
        // As many names of a kilobyte would be 300 MB.
        assertThat(used() - before).isLessThan(32 << 20);
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
