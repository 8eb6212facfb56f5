package dev.sluice.bench;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.TokenModel;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prefix.PrefixHits;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.picker.prompt.Work;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.request.Objectives;
import dev.sluice.picker.scheduling.Pick;
import dev.sluice.picker.scheduling.Pin;
import dev.sluice.picker.scheduling.PoolView;
import dev.sluice.picker.scheduling.PricedRequest;
import dev.sluice.picker.scheduling.Scheduler;
import dev.sluice.picker.scheduling.SchedulingInput;
import java.util.Objects;
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
    private static final int PROMPT_BYTES = 8_000;
    private static final long SEED = 7;

    @Param({"10", "100", "1000"})
    private int endpoints;

    private final PrefixIndex index = new PrefixIndex(1 << 22);
    private final PrefixHits hits = new PrefixHits();
    private final Scheduler scheduler = new Scheduler();
    private final RateBook rates = new RateBook();
    private final Target target = Target.asIs(
            Objects.requireNonNull(Chat.scan(Chat.chunks(Chat.body(1, 1))).model()));
    private PromptPrefix prompt = PromptPrefix.EMPTY;
    private PoolSnapshot pool = Fleet.of(1);

    @Setup
    public void setUp() {
        prompt = Chat.scan(Chat.chunks(Chat.body(PROMPT_BYTES, 1))).prompt();
        pool = Fleet.of(endpoints);
        for (int position = 0; position < endpoints; position += 10) {
            index.insert(prompt, SEED, pool.endpoint(position), 0);
        }
    }

    @Benchmark
    public Pick decide() {
        InferenceRequest request = new InferenceRequest(
                "id", pool.id(), new Work.Prompted(target.served(), prompt, null, 200, true), EndpointSubset.ANY, 0);
        index.match(prompt, SEED, pool, hits);
        PricedRequest priced =
                new PricedRequest(request, target, TokenModel.initial(), Pin.NONE, Objectives.NONE, false);
        return scheduler.schedule(new SchedulingInput(priced, new PoolView(pool, hits, rates, null), 0, 0, SEED));
    }
}
