package dev.sluice.bench;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.TokenModel;
import dev.sluice.picker.model.EndpointId;
import dev.sluice.picker.model.EndpointSubset;
import dev.sluice.picker.model.InferenceRequest;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.PromptPrefix;
import dev.sluice.picker.model.Target;
import dev.sluice.picker.model.Work;
import dev.sluice.picker.pool.Adapters;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.PoolSettings;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.Signals;
import dev.sluice.picker.prefix.PrefixHits;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.scheduling.Pick;
import dev.sluice.picker.scheduling.Scheduler;
import dev.sluice.picker.scheduling.Situation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Deciding where a request of 2,000 tokens goes: prefix lookup and pricing over a pool.
///
/// One endpoint in ten holds the prompt; every endpoint has a queue and a batch.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecisionBench {
    private static final PoolId POOL = new PoolId("default", "pool");
    private static final int PROMPT_BYTES = 8_000;
    private static final long SEED = 7;

    @Param({"10", "100", "1000"})
    private int endpoints;

    private final PrefixIndex index = new PrefixIndex(1 << 22);
    private final PrefixHits hits = new PrefixHits();
    private final Pools pools = new Pools(index::forget);
    private final Scheduler scheduler = new Scheduler();
    private final RateBook rates = new RateBook();
    private final Target target = Target.asIs(
            Objects.requireNonNull(Chat.scan(Chat.chunks(Chat.body(1, 1))).model()));
    private PromptPrefix prompt = PromptPrefix.EMPTY;

    @Setup
    public void setUp() {
        prompt = Chat.scan(Chat.chunks(Chat.body(PROMPT_BYTES, 1))).prompt();
        List<EndpointSpec> specs = new ArrayList<>();
        Hardware hardware = new Hardware("NVIDIA-H100-80GB-HBM3", 1, "llama-8b");
        for (int i = 0; i < endpoints; i++) {
            EndpointId id = new EndpointId("pod-" + i, "10.0." + i / 250 + "." + i % 250, 8000);
            specs.add(new EndpointSpec(id, hardware, Engine.VLLM));
        }
        pools.replaceAll(List.of(new Pools.PoolSpec(POOL, PoolSettings.DEFAULT, specs)));
        SplittableRandom random = new SplittableRandom(1);
        for (var endpoint : pool().endpoints()) {
            endpoint.report(new Signals(
                    random.nextInt(3), random.nextInt(60), random.nextDouble(), 430_000, Adapters.NONE, 0, 0));
            if (endpoint.ordinal() % 10 == 0) {
                index.insert(prompt, SEED, endpoint, 0);
            }
        }
    }

    private PoolSnapshot pool() {
        return Objects.requireNonNull(pools.find(POOL));
    }

    @Benchmark
    public Pick decide() {
        PoolSnapshot pool = pool();
        InferenceRequest request = new InferenceRequest(
                "id", POOL, new Work.Prompted(target.served(), prompt, null, 200, true), EndpointSubset.ANY, 0);
        index.match(prompt, SEED, pool, hits);
        return scheduler.schedule(new Situation(request, target, pool, hits, TokenModel.initial(), rates, 0, 0, SEED));
    }
}
