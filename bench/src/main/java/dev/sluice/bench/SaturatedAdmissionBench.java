package dev.sluice.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Admission to a saturated pool beside admission to one that is not: 1,000 endpoints, 5,000 tenants.
///
/// In one operation a request ends somewhere and another is admitted there. In the saturated pool it comes from the
/// queue, where two requests of each tenant wait, and its tenant sends another. The throughput is admissions per
/// time; the times are those of an operation. Both looks at the pool when it is full again are part of it;
/// searches for prompts are not, because no endpoint holds any.
@BenchmarkMode({Mode.Throughput, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class SaturatedAdmissionBench {
    @State(Scope.Thread)
    public static class Saturated {
        private final AdmissionLoad load = AdmissionLoad.saturated();
    }

    @State(Scope.Thread)
    public static class Unsaturated {
        private final AdmissionLoad load = AdmissionLoad.unsaturated();
    }

    @Benchmark
    public String saturated(Saturated pool) {
        return pool.load.endAndDispatch();
    }

    @Benchmark
    public String unsaturated(Unsaturated pool) {
        return pool.load.endAndAdmit();
    }
}
