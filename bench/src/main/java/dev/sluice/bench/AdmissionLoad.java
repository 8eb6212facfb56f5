package dev.sluice.bench;

import dev.sluice.picker.admission.Admission;
import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.admission.AdmissionPermit;
import dev.sluice.picker.admission.AdmissionRequest;
import dev.sluice.picker.admission.AdmissionWatch;
import dev.sluice.picker.admission.Execution;
import dev.sluice.picker.admission.Precedence;
import dev.sluice.picker.admission.Reuse;
import dev.sluice.picker.admission.TenantShare;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.request.Preempts;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.settings.AdmissionSettings;
import dev.sluice.picker.settings.AdmissionSettings.Limits;
import dev.sluice.picker.settings.AdmissionSettings.QueueLimits;
import dev.sluice.picker.settings.PoolSettings;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Requests of 5,000 tenants at a pool of 1,000 endpoints, on virtual time. Each endpoint serves one request; as one
/// ends, another is admitted.
final class AdmissionLoad {
    static final int ENDPOINTS = 1_000;
    static final int TENANTS = 5_000;
    private static final int REQUESTS_OF_EACH = 2;
    private static final long PROMPT_TOKENS = 1_000;
    /// The prefill of a request that fills its endpoint, and of one that leaves capacity.
    private static final long FULL_NANOS = Duration.ofDays(3_650).toNanos();

    private static final long LITTLE_NANOS = Duration.ofMillis(1).toNanos();
    /// Virtual time between two operations: more than the limit of looks at a queue asks for.
    private static final long STEP_NANOS = Duration.ofMillis(3).toNanos();

    private static final PoolId POOL = new PoolId("default", "pool");
    private static final Limits MANY = new Limits(1 << 20, Long.MAX_VALUE);
    private static final AdmissionSettings SETTINGS = new AdmissionSettings(
            true,
            Duration.ofMillis(500),
            0,
            new AdmissionSettings.Patience(Duration.ofDays(36_500), Duration.ofDays(36_500)),
            new QueueLimits(MANY, MANY, MANY));

    private final SplittableRandom random = new SplittableRandom(1);
    private final long prefillNanos;
    private final Pools pools = pools();
    private final PoolSnapshot pool = Objects.requireNonNull(pools.find(POOL));
    private final AdmissionPermit[] running = new AdmissionPermit[ENDPOINTS];
    private long now;
    private final AdmissionControl admission = new AdmissionControl(
            pools,
            new Execution(() -> now, (_, _) -> () -> {}, Runnable::run),
            AdmissionWatch.NOBODY,
            Long.MAX_VALUE,
            new RateBook());
    private int free;
    private @Nullable String dispatched;

    private AdmissionLoad(long prefillNanos) {
        this.prefillNanos = prefillNanos;
        for (int position = 0; position < ENDPOINTS; position++) {
            now += STEP_NANOS;
            admit(position, tenant(position));
        }
    }

    /// Every endpoint has capacity: each request is admitted at once.
    static AdmissionLoad unsaturated() {
        return new AdmissionLoad(LITTLE_NANOS);
    }

    /// Every endpoint is full, and two requests of each tenant wait.
    static AdmissionLoad saturated() {
        AdmissionLoad load = new AdmissionLoad(FULL_NANOS);
        for (int i = 0; i < TENANTS * REQUESTS_OF_EACH; i++) {
            load.now += STEP_NANOS;
            load.ask(load.tenant(i));
        }
        return load;
    }

    private static Pools pools() {
        Pools pools = new Pools(_ -> {});
        pools.replaceAll(List.of(new Pools.PoolSpec(
                POOL,
                PoolSettings.DEFAULT.withAdmission(SETTINGS),
                IntStream.range(0, ENDPOINTS)
                        .mapToObj(i -> new EndpointId("pod-" + i, "10.0." + i / 250 + "." + i % 250, 8000))
                        .map(id -> new EndpointSpec(id, Hardware.UNKNOWN, Engine.VLLM))
                        .toList())));
        return pools;
    }

    private final String[] names =
            IntStream.range(0, TENANTS).mapToObj(i -> "tenant-" + i).toArray(String[]::new);

    private String tenant(int number) {
        return names[number % TENANTS];
    }

    private void admit(int position, String tenant) {
        place(
                position,
                Objects.requireNonNull(
                        admission.admit(pool, Priority.STANDARD, new TenantShare(tenant, 1)), "the pool is saturated"));
    }

    private void place(int position, AdmissionPermit permit) {
        pool.endpoint(position).inFlight().place(now, prefillNanos, PROMPT_TOKENS);
        permit.charge(random.nextInt(2_000), random.nextInt(500));
        running[position] = permit;
    }

    /// A request that has to wait.
    private void ask(String tenant) {
        TenantShare share = new TenantShare(tenant, 1);
        if (admission.admit(pool, Priority.STANDARD, share) != null) {
            throw new IllegalStateException("a request was admitted to a saturated pool");
        }
        AdmissionRequest request = new AdmissionRequest(
                new Precedence(Priority.STANDARD, Preempts.NOBODY), share, 1_000, Long.MAX_VALUE, Reuse.NONE, null);
        Admission answer = admission.enqueue(pool, request, later -> dispatched(tenant, later));
        if (!(answer instanceof Admission.Enqueued)) {
            throw new IllegalStateException("the pool is saturated, and a request was not queued: " + answer);
        }
    }

    private void dispatched(String tenant, Admission later) {
        if (!(later instanceof AdmissionPermit permit)) {
            throw new IllegalStateException("a queued request was not admitted: " + later);
        }
        place(free, permit);
        dispatched = tenant;
    }

    private AdmissionPermit end() {
        now += STEP_NANOS;
        free = random.nextInt(ENDPOINTS);
        Endpoint ended = pool.endpoint(free);
        ended.inFlight().withdraw(now, prefillNanos);
        ended.inFlight().release(PROMPT_TOKENS);
        return running[free];
    }

    /// A request ends, and another is admitted at once.
    String endAndAdmit() {
        end().ended(now);
        String tenant = tenant(random.nextInt(TENANTS));
        admit(free, tenant);
        return tenant;
    }

    /// A request ends, the next of the queue is dispatched, and its tenant sends another, which waits.
    String endAndDispatch() {
        AdmissionPermit ended = end();
        dispatched = null;
        ended.ended(now);
        String tenant = Objects.requireNonNull(dispatched, "no request was dispatched");
        ask(tenant);
        return tenant;
    }
}
