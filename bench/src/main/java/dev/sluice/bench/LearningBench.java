package dev.sluice.bench;

import dev.sluice.picker.cost.Observation;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.pool.BatchIntegrals;
import dev.sluice.picker.pool.Hardware;
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

/// The benchmark measures what learning adds to a request: two observations at its end, three entries in its
/// endpoint's ledger; and reading the rates, which each decision does once for each kind of hardware.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LearningBench {
    private final Hardware hardware = new Hardware("NVIDIA-H100-80GB-HBM3", 1, "Llama-3.1-8B");
    private final RateBook rates = new RateBook();
    private final BatchIntegrals ledger = new BatchIntegrals();
    private final BatchIntegrals.Prefill prefill = BatchIntegrals.Prefill.of(1_000, 200);
    private long now;

    @Benchmark
    public Rates observe() {
        now++;
        double millis = 900 + now % 200;
        rates.observe(hardware, new Observation.Decode(millis, 100, 1 + now % 7, 1_000 + now % 900, now % 500, 0));
        return rates.of(hardware);
    }

    @Benchmark
    public Rates read() {
        return rates.of(hardware);
    }

    @Benchmark
    public BatchIntegrals.Entry enter() {
        ledger.placed(now++, prefill);
        ledger.firstToken(now++, 1_100, prefill);
        return ledger.ended(now++, 1_100);
    }
}
