package dev.sluice.bench;

import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.admission.AdmissionPermit;
import dev.sluice.picker.admission.AdmissionWatch;
import dev.sluice.picker.admission.Execution;
import dev.sluice.picker.admission.TenantShare;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.request.Priority;
import java.util.concurrent.TimeUnit;
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

/// The benchmark measures what admission adds to a request for a pool of 100 endpoints that is not saturated.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AdmissionBench {
    private final PoolSnapshot pool = Fleet.of(100);
    private static final TenantShare TENANT = new TenantShare("tenant", 1);

    private final AdmissionControl admission = new AdmissionControl(
            new Pools(_ -> {}),
            new Execution(System::nanoTime, (_, _) -> () -> {}, Runnable::run),
            AdmissionWatch.NOBODY,
            Long.MAX_VALUE,
            new RateBook());

    @Benchmark
    public @Nullable AdmissionPermit admit() {
        return admission.admit(pool, Priority.STANDARD, TENANT);
    }
}
