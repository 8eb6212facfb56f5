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
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Admission to a saturated pool: 1,000 endpoints are full, and 5,000 tenants have two requests each waiting.
///
/// In one operation a request ends somewhere, the next request is dispatched there, and its tenant sends
/// another. The throughput is admissions per second; the times are those of an operation. Both looks at the
/// pool when it is full again are part of an operation; searches for prompts are not, because no endpoint
/// holds any.
@State(Scope.Thread)
@BenchmarkMode({Mode.Throughput, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class SaturatedAdmissionBench {
    private static final int ENDPOINTS = 1_000;
    private static final int TENANTS = 5_000;
    private static final int REQUESTS_OF_EACH = 2;
    private static final long PROMPT_TOKENS = 1_000;
    private static final long FULL_NANOS = Duration.ofDays(3_650).toNanos();
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
    private long now;
    private final Pools pools = saturated();
    private final PoolSnapshot pool = Objects.requireNonNull(pools.find(POOL));
    private final AdmissionControl admission = new AdmissionControl(
            pools,
            new Execution(() -> now, (_, _) -> () -> {}, Runnable::run),
            AdmissionWatch.NOBODY,
            Long.MAX_VALUE,
            new RateBook());
    private @Nullable Endpoint free;
    private @Nullable String dispatched;

    public SaturatedAdmissionBench() {
        pool.endpoints().forEach(this::fill);
        for (int i = 0; i < TENANTS * REQUESTS_OF_EACH; i++) {
            now += STEP_NANOS;
            enqueue("tenant-" + i % TENANTS);
        }
    }

    private static Pools saturated() {
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

    private void fill(Endpoint endpoint) {
        endpoint.inFlight().place(now, FULL_NANOS, PROMPT_TOKENS);
    }

    private void enqueue(String tenant) {
        AdmissionRequest request = new AdmissionRequest(
                new Precedence(Priority.STANDARD, Preempts.NOBODY),
                new TenantShare(tenant, 1),
                1_000,
                Long.MAX_VALUE,
                Reuse.NONE,
                null);
        Admission answer = admission.enqueue(pool, request, later -> dispatched(tenant, later));
        if (!(answer instanceof Admission.Enqueued)) {
            throw new IllegalStateException("the pool is saturated, and a request was not queued: " + answer);
        }
    }

    private void dispatched(String tenant, Admission later) {
        if (!(later instanceof AdmissionPermit permit) || free == null) {
            throw new IllegalStateException("a queued request was not admitted: " + later);
        }
        fill(free);
        permit.charge(random.nextInt(2_000), random.nextInt(500));
        dispatched = tenant;
    }

    @Benchmark
    public String endAndDispatch() {
        now += STEP_NANOS;
        Endpoint ended = pool.endpoint(random.nextInt(ENDPOINTS));
        ended.inFlight().withdraw(now, FULL_NANOS);
        ended.inFlight().release(PROMPT_TOKENS);
        free = ended;
        dispatched = null;
        admission.changed(POOL);
        String tenant = Objects.requireNonNull(dispatched, "no request was dispatched");
        enqueue(tenant);
        return tenant;
    }
}
